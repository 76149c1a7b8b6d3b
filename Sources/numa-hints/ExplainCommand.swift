// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Admission
import Explanation
import Ledger
import MachineTopology
import NUMACore
import NUMAHints
import Presentation
import Service

/// `numa-hints explain`: what would be decided about pods, and why.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says where pods would be placed, and why, or why not.",
        discussion: """
            The pods of the files are decided about one after another, each on what those before it left: on a machine \
            where nothing else is held, or on what others hold: with --ledger what that says, with --kubelet-root what \
            a kubelet's state files say, and then by that kubelet's settings. Nothing is changed.

            With --uid no pod is decided about: each decision about that pod that the ledger keeps is explained from \
            what was there then.

            With --kubelet-log no pod is decided about either: what a kubelet logged of its decisions is merged again, \
            and held against what it logged. --uid then takes the decisions about one pod, by its uid, its name or \
            namespace/name. What the log does not say of policy and nodes, --policy, --semantics, --kubelet-config and \
            --machine can say.

            Examples:
              numa-hints explain pod.yaml
              numa-hints explain pod.yaml --kubelet-config /var/lib/kubelet/config.yaml
              numa-hints explain pod.yaml --machine server.xml --policy single-numa-node --scope pod
              numa-hints explain pod.yaml --ledger /var/lib/numa-hints/ledger.db
              numa-hints explain pod.yaml --kubelet-root /var/lib/kubelet
              numa-hints explain pod.yaml --machine server.xml --check
              numa-hints explain pod.yaml --html why.html
              numa-hints explain pod.yaml --ledger /var/lib/numa-hints/ledger.db --watch
              numa-hints explain --uid 1c2d3e4f-5a6b-7c8d-9e0f-112233445566
              kubectl get pod web -o yaml | numa-hints explain - -o json
              journalctl -u kubelet | numa-hints explain --kubelet-log - --uid shop/web

            With --html the decisions are also written as one page that can be sent to others. With --watch it goes on \
            until SIGINT or SIGTERM, and prints the decisions again, with the time, whenever they have become others: \
            because a pod's file, what is held, the settings or the machine changed.

            Exit codes: 0 all admitted; 1 one refused; 2 usage or bad input, or nothing is kept of a uid; 3 the \
            machine, a provider or the ledger failed. With --uid, 0 if something is kept; with --kubelet-log, 0 if there \
            are decisions, whether the rule comes to the same or not; with --watch, 0 when it is asked to end.
            """
    )

    @Argument(
        help: ArgumentHelp("Pods, lists or workloads, in YAML or JSON; - for standard input.", valueName: "pod.yaml"))
    var files: [String] = []

    @Option(help: "Show the decisions about this pod that the ledger keeps, or that are in --kubelet-log.")
    var uid: String?

    @Option(
        help: ArgumentHelp(
            "Redo the decisions that a kubelet logged, as text or JSON; - for standard input.", valueName: "file"))
    var kubeletLog: String?

    @Option(
        help: ArgumentHelp(
            "How many changes at most are shown that would let a refused pod in, or align an admitted one; 0 for none.",
            valueName: "number"))
    var changes = 3

    @Flag(help: "Check each explanation by an independent, slow reading of what the providers answered.")
    var check = false

    @Flag(help: "Decide again and again, and print what has become of it whenever that changes.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "With --watch, how long it waits between two decisions: 2 if not given.", valueName: "seconds"))
    var interval: Double?

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubeletRoot: KubeletRoot
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var pictures: PictureOptions
    @OptionGroup var service: SocketOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard (0...100).contains(changes) else {
            throw NUMAHintsError(.usage, "--changes \(changes): give a number from 0 to 100")
        }
        let asked = try service.ask(
            output,
            without: machine.given + kubelet.given + rules.given + providers.given + ledgerOptions.given + [
                ("--uid", uid != nil), ("--kubelet-log", kubeletLog != nil), ("--check", check), ("--watch", watch),
                ("--html", pictures.html != nil), ("--kubelet-root", kubeletRoot.kubeletRoot != nil),
            ]
        ) {
            let (text, file) = try service.pod(in: files)
            return .explain(text, file: file, changes: changes)
        }
        if asked { return }
        if let kubeletLog {
            guard files.isEmpty, kubeletRoot.kubeletRoot == nil, ledgerOptions.ledger == nil else {
                throw NUMAHintsError(
                    .usage, "--kubelet-log has decisions of its own: give no file of pods, --kubelet-root or --ledger")
            }
            guard pictures.html == nil, !watch, !check else {
                throw NUMAHintsError(.usage, "--kubelet-log goes with none of --html, --watch and --check")
            }
            return try explainLog(kubeletLog)
        }
        guard !files.isEmpty || uid != nil else {
            throw NUMAHintsError(.usage, "expected files of pods, or --kubelet-log FILE, or --uid UID")
        }
        guard files.isEmpty == (uid != nil) else {
            throw NUMAHintsError(.usage, "expected files of pods, or --uid and no file")
        }
        guard kubeletRoot.kubeletRoot == nil || (uid == nil && ledgerOptions.ledger == nil) else {
            throw NUMAHintsError(
                .usage, "--kubelet-root says what is held: it goes neither with --ledger nor with --uid")
        }
        try pictures.validate(output)
        try validateWatch()
        if let uid { return try explainPast(uid) }
        if watch { return try watchDecisions(every: interval ?? 2) }
        let decided = try decide()
        for warning in decided.warnings { Standard.error("numa-hints: warning: \(warning)") }
        if pictures.html != "-" {
            let emphasis = Emphasis(isOn: Terminal.hasColour)
            try output.print(decided.report()) { decided.text(emphasis) }
        }
        try writePicture(of: decided)
        if check { try holdAgainstDefinitions(decided.explanations) }
        let status = decided.explanations.map(\.exitStatus).max() ?? 0
        if status != 0 { throw ExitCode(status) }
    }

    /// Writes the page, if one is asked for.
    func writePicture(of decided: Decisions) throws {
        guard let path = pictures.html else { return }
        var machine = decided.machine
        machine.nameDevices()
        let page = ExplanationPage(
            decided.explanations, on: machine, source: self.machine.machine, warnings: decided.warnings)
        try WholeFile.write(page.text, to: path)
    }

    /// Explains what was decided about a pod, from what was there then.
    private func explainPast(_ uid: String) throws {
        guard pictures.html == nil else {
            throw NUMAHintsError(
                .usage, "--uid tells of a decision that was made before: there is no page of that, leave out --html")
        }
        let records = try ledgerOptions.reading { try $0.decisions(uid: uid) } ?? []
        guard !records.isEmpty else {
            throw NUMAHintsError(
                .input, "no decision about a pod with the uid \(uid) is kept", file: try ledgerOptions.path())
        }
        let report = HistoryReport(records, reading: StoredText.read)
        try output.print(report) { report.explanations }
    }

    private func holdAgainstDefinitions(_ explanations: [Explanation]) throws {
        var objections: [String] = []
        for explanation in explanations {
            let pod = explanation.trace.pod
            objections += DecisionChecker(explanation.trace).objections(to: explanation).map {
                "pod \(pod.namespace)/\(pod.name): \($0)"
            }
        }
        for line in objections { Standard.error("numa-hints: check: \(line)") }
        // What could not be checked is no fault.
        if !objections.isEmpty, objections.allSatisfy({ $0.contains(": not checked: ") }) { return }
        guard objections.isEmpty else { throw ExitCode(NUMAHintsError.Code.bug.exitStatus) }
        let count = explanations.count
        Standard.error("numa-hints: check: \(count == 1 ? "the explanation holds" : "all \(count) explanations hold")")
    }
}
