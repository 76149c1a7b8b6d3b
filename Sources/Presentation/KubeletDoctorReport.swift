// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a kubelet's files, as data and as lines: what `doctor --kubelet-root` prints.
public struct KubeletDoctorReport: Encodable, Sendable {
    public struct Finding: Encodable, Sendable {
        /// `cpu_manager_state`, `memory_manager_state`, `device-plugins/kubelet_internal_checkpoint`; null for settings.
        @Null var file: String?
        /// Its path, with a line where one is to blame.
        var place: String
        var problem: String
        /// What the kubelet does when it starts next: `does-not-start`, `forgets` or `goes-on`.
        var atStart: String
        /// The same in words.
        var consequence: String
        /// How the file would be right; null where that is not for a program to decide.
        @Null var repair: String?

        public init(
            file: String?, place: String, problem: String, atStart: String, consequence: String, repair: String?
        ) {
            _file = Null(wrappedValue: file)
            self.place = place
            self.problem = problem
            self.atStart = atStart
            self.consequence = consequence
            _repair = Null(wrappedValue: repair)
        }
    }

    private var schemaVersion = 1
    private var folder: String
    /// Where files that would be right were written; null if that was not asked for.
    @Null private var repairedIn: String?
    /// Whether the kubelet starts with these files and settings.
    private var starts: Bool
    private var findings: [Finding]
    /// Files that cannot be read, and so are not among the repaired ones.
    private var unreadable: [String]

    public init(folder: String, repairedIn: String?, starts: Bool, findings: [Finding], unreadable: [String]) {
        self.unreadable = unreadable
        self.folder = folder
        _repairedIn = Null(wrappedValue: repairedIn)
        self.starts = starts
        self.findings = findings
    }

    /// The report for people: for each finding what it is, what the kubelet does, and how it would be right.
    public func text(_ emphasis: Emphasis) -> String {
        guard !findings.isEmpty else { return "no problem found in \(folder)\n" + repairs }
        var lines: [String] = []
        for finding in findings {
            lines.append("\(emphasis.strong(finding.place)): \(finding.problem)")
            let words = "at the kubelet's next start: \(finding.consequence)"
            lines.append("  " + (finding.atStart == "goes-on" ? words : emphasis.bad(words)))
            if let repair = finding.repair { lines.append("  right would be: \(repair)") }
        }
        let count = findings.count == 1 ? "1 problem" : "\(findings.count) problems"
        lines += ["", "\(count); this kubelet \(starts ? "starts" : "does not start") with these files and settings"]
        return lines.map { $0 + "\n" }.joined() + repairs
    }

    private var repairs: String {
        guard let repairedIn else { return "" }
        let left = findings.filter { $0.repair == nil && $0.file.map { !unreadable.contains($0) } == true }.count
        let rest = left == 0 ? "" : "; \(left == 1 ? "1 problem is" : "\(left) problems are") left in them"
        let gone = unreadable.map {
            "not written: \($0), which cannot be read; without it what it says that containers hold can be given again\n"
        }
        return gone.joined()
            + "written to \(repairedIn)\(rest). Put them in place of the kubelet's only while it is stopped.\n"
    }
}
