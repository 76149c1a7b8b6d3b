// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Explanation
import KubernetesFormats
import Ledger
import NUMACore
import NUMAHints
import Presentation
import Recordings

/// What `explain` has decided once.
struct Decisions {
    var explanations: [Explanation]
    /// What should be known of files and machine.
    var lastingWarnings: [String]
    /// What is so at this moment: how much memory the kernel has free, say.
    var passingWarnings: [String]
    var machine: Machine

    var warnings: [String] { lastingWarnings + passingWarnings }

    /// - Parameter time: when that was; nil where it is not to be said.
    func report(time: String? = nil) -> ExplanationReport {
        ExplanationReport(explanations, warnings: warnings, time: time)
    }

    func text(_ emphasis: Emphasis) -> String {
        explanations.map { ExplanationText($0, emphasis: emphasis).text }.joined(separator: "\n")
    }
}

/// How `explain` decides.
extension ExplainCommand {
    /// Reads files and machine, and decides about the pods.
    func decide() throws -> Decisions {
        let found = try PodFile.read(files)
        let (pods, warnings) = (found.pods, found.warnings.map(\.description))
        var decided: Decisions?
        if let folder = try kubeletRoot.folder() {
            decided = try decide(pods, inKubeletOf: folder, warnings)
        } else {
            try Session.withNode(
                machine, kubelet, rules, providers, ledgerOptions.ledger == nil ? nil : ledgerOptions,
                comparesWithKubelet: true
            ) { node in
                decided = try decide(pods, on: &node, warnings) { try restore(&$0, pods) }
            }
        }
        guard let decided else { throw NUMAHintsError(.bug, "nothing was decided") }
        return decided
    }

    /// Decides as a kubelet with this folder would.
    private func decide(_ pods: [PodSpec], inKubeletOf folder: String, _ warnings: [String]) throws -> Decisions? {
        guard let (state, stateWarnings) = try kubeletRoot.state() else { return nil }
        let (kubelet, known) = try kubeletRoot.completed(kubelet)
        var rules = rules
        rules.compat = rules.compat ?? .kubelet
        var decided: Decisions?
        try Session.withNode(
            machine, kubelet, rules, providers, comparesWithKubelet: true, isKubelet: true,
            adjust: { try $0.apply(state, on: $1.machine, root: $1.root, folder: folder) }
        ) { node in
            decided = try decide(pods, on: &node, warnings + known + stateWarnings) {
                let lost = try $0.restore(KubeletHoldings(state, known: pods))
                let again = pods.filter { pod in state.isHolding(pod.uid) }.map {
                    "pod \($0.namespace)/\($0.name) holds something already: it is asked for again with that"
                }
                return lost + again + $0.placelessWarnings(pods)
            }
        }
        return decided
    }

    /// Tells the node what pods hold, if a ledger was named; returns what should be known of it.
    private func restore(_ node: inout Node, _ pods: [PodSpec]) throws -> [String] {
        guard ledgerOptions.ledger != nil else { return [] }
        let path = try ledgerOptions.path()
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

    private func decide(
        _ pods: [PodSpec], on node: inout Node, _ fileWarnings: [String], restore: (inout Node) throws -> [String]
    ) throws -> Decisions {
        guard node.refusals.isEmpty else {
            for line in node.refusals { Standard.error("numa-hints: \(line)") }
            throw ExitCode(NUMAHintsError.Code.provider.exitStatus)
        }
        let warnings = try fileWarnings + node.warnings + restore(&node)
        let passing = node.memoryWarnings()
        let explanations = node.explain(pods, changes: changes)
        return Decisions(
            explanations: explanations, lastingWarnings: warnings + node.lost, passingWarnings: passing,
            machine: node.machine)
    }
}
