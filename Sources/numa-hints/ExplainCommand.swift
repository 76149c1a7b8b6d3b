// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Explanation
import KubernetesFormats
import Ledger
import Logging
import NUMACore
import NUMAHints
import Presentation
import Recordings

/// `numa-hints explain`: what would be decided about pods, and why.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says where pods would be placed, and why, or why not.",
        discussion: """
            The pods of the files are decided about one after another, each on what those before it left: on a machine \
            where nothing else is held, or on what others hold: with --ledger what that says, with --kubelet-root what \
            a kubelet's state files say, and then by that kubelet's settings. Nothing is changed.

            With --uid no pod is decided about: what the ledger keeps of the decisions about that pod is shown as it \
            was explained then.

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
              numa-hints explain --uid 1c2d3e4f-5a6b-7c8d-9e0f-112233445566
              kubectl get pod web -o yaml | numa-hints explain - -o json
              journalctl -u kubelet | numa-hints explain --kubelet-log - --uid shop/web

            Exit codes: 0 all admitted; 1 one refused; 2 usage or bad input, or nothing is kept of a uid; 3 the \
            machine, a provider or the ledger failed. With --uid, 0 if something is kept; with --kubelet-log, 0 if there \
            are decisions, whether the rule comes to the same or not.
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

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubeletRoot: KubeletRoot
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard (0...100).contains(changes) else {
            throw NUMAHintsError(.usage, "--changes \(changes): give a number from 0 to 100")
        }
        if let kubeletLog {
            guard files.isEmpty, kubeletRoot.kubeletRoot == nil, ledgerOptions.ledger == nil else {
                throw NUMAHintsError(
                    .usage, "--kubelet-log has decisions of its own: give no file of pods, --kubelet-root or --ledger")
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
        if let uid { return try explainPast(uid) }
        var pods: [PodSpec] = []
        var warnings: [String] = []
        for file in files {
            let found = try PodFile.read(file)
            pods += found.pods
            warnings += found.warnings.map(\.description)
        }
        if let folder = kubeletRoot.kubeletRoot { return try explain(pods, inKubeletOf: folder, warnings) }
        try Session.withNode(
            machine, kubelet, rules, providers, ledgerOptions.ledger == nil ? nil : ledgerOptions,
            comparesWithKubelet: true
        ) { node in
            try explain(pods, on: &node, warnings) { try restore(&$0, pods) }
        }
    }

    /// Decides as a kubelet with this folder would.
    private func explain(_ pods: [PodSpec], inKubeletOf folder: String, _ warnings: [String]) throws {
        guard let (state, stateWarnings) = try kubeletRoot.state() else { return }
        let (kubelet, known) = kubeletRoot.completed(kubelet)
        var rules = rules
        rules.compat = rules.compat ?? .kubelet
        try Session.withNode(
            machine, kubelet, rules, providers, comparesWithKubelet: true, isKubelet: true,
            adjust: { try $0.apply(state, on: $1.machine, root: $1.root, folder: folder) }
        ) { node in
            try explain(pods, on: &node, warnings + known + stateWarnings) {
                let lost = try $0.restore(KubeletHoldings(state, known: pods))
                let again = pods.filter { pod in state.isHolding(pod.uid) }.map {
                    "pod \($0.namespace)/\($0.name) holds something already: it is asked for again with that"
                }
                return lost + again + $0.placelessWarnings(pods)
            }
        }
    }

    /// What was explained when the pod was decided about.
    private func explainPast(_ uid: String) throws {
        let records = try ledgerOptions.reading { try $0.decisions(uid: uid) } ?? []
        guard !records.isEmpty else {
            throw NUMAHintsError(
                .input, "no decision about a pod with the uid \(uid) is kept", file: try ledgerOptions.path())
        }
        let report = HistoryReport(records, reading: StoredText.read)
        try output.print(report) { report.explanations }
    }

    /// Tells the node what pods hold, if a ledger was named; returns what should be known of it.
    private func restore(_ node: inout Node, _ pods: [PodSpec]) throws -> [String] {
        guard let path = ledgerOptions.ledger else { return [] }
        guard let held = try ledgerOptions.reading({ try $0.holdings() }) else {
            return ["\(path): there is no ledger yet: nothing is held"]
        }
        let wasCompared = node.isComparedWithKubelet
        // What was begun and not ended, the next admission undoes.
        let settled = held.pods.filter { $0.state == .committed }
        let lost = try node.restore(settled, held.memory).map(\.description)
        let again = settled.filter { known in pods.contains { $0.uid == known.uid } }.map {
            let spec = $0.admission.pod
            return
                "pod \(spec.namespace)/\(spec.name) was admitted at \($0.admission.time): it is asked for again with "
                + "what it holds"
        }
        guard wasCompared, !node.isComparedWithKubelet else { return lost + again }
        return lost + again + [
            "\(path): a kubelet could not have given what pods hold, so there is no comparison with one"
        ]
    }

    private func explain(
        _ pods: [PodSpec], on node: inout Node, _ fileWarnings: [String], restore: (inout Node) throws -> [String]
    ) throws {
        guard node.refusals.isEmpty else {
            for line in node.refusals { Standard.error("numa-hints: \(line)") }
            throw ExitCode(NUMAHintsError.Code.provider.exitStatus)
        }
        let warnings = try fileWarnings + node.warnings + restore(&node) + node.memoryWarnings()
        for warning in warnings { Standard.error("numa-hints: warning: \(warning)") }
        let explanations = node.explain(pods, changes: changes)
        for line in node.lost { Standard.error("numa-hints: warning: \(line)") }
        let known = warnings + node.lost
        let emphasis = Emphasis(isOn: Terminal.hasColour)
        try output.print(ExplanationReport(explanations, warnings: known)) {
            explanations.map { ExplanationText($0, emphasis: emphasis).text }.joined(separator: "\n")
        }
        if check { try checked(explanations) }
        let status = explanations.map(\.exitStatus).max() ?? 0
        if status != 0 { throw ExitCode(status) }
    }

    private func checked(_ explanations: [Explanation]) throws {
        var objections: [String] = []
        for explanation in explanations {
            let pod = explanation.trace.pod
            objections += DecisionChecker(explanation.trace).objections(to: explanation).map {
                "pod \(pod.namespace)/\(pod.name): \($0)"
            }
        }
        for line in objections { Standard.error("numa-hints: check: \(line)") }
        guard objections.isEmpty else { throw ExitCode(NUMAHintsError.Code.bug.exitStatus) }
        let count = explanations.count
        Standard.error("numa-hints: check: \(count == 1 ? "the explanation holds" : "all \(count) explanations hold")")
    }
}

extension Explanation {
    /// 0 admitted, 1 refused, 3 a provider failed.
    fileprivate var exitStatus: Int32 {
        switch trace.verdict {
        case .admitted: 0
        case .refused(let refusal): refusal.kind == .providerFault ? NUMAHintsError.Code.provider.exitStatus : 1
        }
    }
}
