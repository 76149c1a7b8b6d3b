// SPDX-License-Identifier: Apache-2.0

/// What the checks of a provider library came to: what `check` prints.
public struct ConformanceReport: Encodable, Sendable {
    /// One check.
    public struct Entry: Encodable, Sendable {
        var name: String
        /// What was to be so, in a line.
        var rule: String
        /// `passed`, `failed`, `skipped`, `crashed` or `timed-out`.
        var status: String
        var assertions: Int
        /// The call that broke the rule.
        var call: String?
        var detail: String?
        var warnings: [String]

        public init(
            name: String, rule: String, status: String, assertions: Int, call: String?, detail: String?,
            warnings: [String]
        ) {
            self.name = name
            self.rule = rule
            self.status = status
            self.assertions = assertions
            self.call = call.map(\.onOneLine)
            self.detail = detail.map(\.onOneLine)
            self.warnings = warnings.map(\.onOneLine)
        }

        var isBad: Bool { status != "passed" && status != "skipped" }
    }

    var schemaVersion = 1
    var library: String
    var seed: UInt64
    var checks: [Entry]

    public init(library: String, seed: UInt64, checks: [Entry]) {
        self.library = library
        self.seed = seed
        self.checks = checks
    }

    /// The report for people.
    public func text(_ emphasis: Emphasis) -> String {
        let width = checks.map(\.name.count).max() ?? 0
        var lines: [String] = []
        for check in checks {
            let status = check.status + String(repeating: " ", count: max(0, 9 - check.status.count))
            let shown =
                check.isBad
                ? emphasis.bad(status) : check.status == "passed" ? emphasis.good(status) : emphasis.faint(status)
            let name = check.name + String(repeating: " ", count: width - check.name.count)
            var line = "\(shown)  \(name)"
            if check.status == "passed" { line += "  \(check.assertions)" }
            if check.status == "skipped", let detail = check.detail { line += "  \(emphasis.faint(detail))" }
            lines.append(line)
            if check.isBad { lines += evidence(of: check) }
            lines += check.warnings.map { "           warning: \($0)" }
        }
        return (lines + ["", summary]).joined(separator: "\n") + "\n"
    }

    private func evidence(of check: Entry) -> [String] {
        [
            "           rule:  \(check.rule)",
            "           \(check.call ?? "end"): \(check.detail ?? "")",
            "           again: numa-hints check \(library) --only \(check.name) --seed \(seed)",
        ]
    }

    /// One line: how many of which kind.
    private var summary: String {
        let assertions = checks.filter { $0.status == "passed" }.reduce(0) { $0 + $1.assertions }
        var parts = ["\(count("passed")) passed with \(assertions) assertions"]
        for status in ["failed", "crashed", "timed-out", "skipped"] where count(status) > 0 {
            parts.append("\(count(status)) \(status)")
        }
        let warnings = checks.reduce(0) { $0 + $1.warnings.count }
        if warnings > 0 { parts.append("\(warnings) warning\(warnings == 1 ? "" : "s")") }
        return
            "\(checks.count) check\(checks.count == 1 ? "" : "s") of \(library): \(parts.joined(separator: ", ")) (seed \(seed))"
    }

    private func count(_ status: String) -> Int { checks.count { $0.status == status } }

    // MARK: JUnit

    /// The report as a JUnit file, which continuous integration shows.
    public var junit: String {
        let failures = count("failed")
        let errors = count("crashed") + count("timed-out")
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuite name=\"\(Markup.escaped(library))\" tests=\"\(checks.count)\" failures=\"\(failures)\" "
                + "errors=\"\(errors)\" skipped=\"\(count("skipped"))\">",
        ]
        for check in checks {
            let start =
                "  <testcase classname=\"numa-hints.check\" name=\"\(check.name)\" assertions=\"\(check.assertions)\""
            guard let element = element(of: check) else {
                lines.append("\(start)/>")
                continue
            }
            lines += ["\(start)>", "    \(element)", "  </testcase>"]
        }
        return (lines + ["</testsuite>"]).joined(separator: "\n") + "\n"
    }

    private func element(of check: Entry) -> String? {
        let detail = Markup.escaped(check.detail ?? "")
        let text = Markup.escaped("rule: \(check.rule) call: \(check.call ?? "none") seed: \(seed)")
        switch check.status {
        case "passed":
            return check.warnings.isEmpty
                ? nil : "<system-out>\(Markup.escaped(check.warnings.joined(separator: "; ")))</system-out>"
        case "skipped": return "<skipped message=\"\(detail)\"/>"
        case "failed": return "<failure message=\"\(detail)\">\(text)</failure>"
        default: return "<error type=\"\(check.status)\" message=\"\(detail)\">\(text)</error>"
        }
    }
}
