// SPDX-License-Identifier: Apache-2.0

import Admission
package import HintMerge
package import NUMACore
package import ProviderHost
package import ProviderIsolation
package import Recordings

/// Takes admission sequences through the provider libraries, as a node agent would.
///
/// Every sequence has a machine, books and instances of its own. Instances are not started: nothing outside the
/// process changes.
package struct SequenceReplay {
    private let search: ProviderSearch
    private let semantics: MergeSemantics
    private let imitatesKubelet: Bool
    private let isolation: IsolationRules
    private let log: @Sendable (String, ProviderEnvironment.Severity, Reason) -> Void

    /// - Parameters:
    ///   - imitatesKubelet: also where the kubelet is at fault; docs/kubelet-differences.md says where.
    ///   - isolation: which providers run in a process of their own.
    ///   - log: takes the lines of providers: provider, severity, message.
    package init(
        search: ProviderSearch, semantics: MergeSemantics = .current, imitatesKubelet: Bool = true,
        isolation: IsolationRules = IsolationRules(),
        log: @escaping @Sendable (String, ProviderEnvironment.Severity, Reason) -> Void = { _, _, _ in }
    ) {
        self.search = search
        self.semantics = semantics
        self.imitatesKubelet = imitatesKubelet
        self.isolation = isolation
        self.log = log
    }

    /// What each step comes to.
    ///
    /// - Parameter file: the file to blame in messages about the sequence.
    /// - Throws: an error of code `provider` if a library cannot be used, or nobody answers for cpu.
    package func run(_ sequence: ReplaySequence, file: String) throws(NUMAHintsError) -> [ReplayAnswer] {
        var node = try ReplayedNode(settings(of: sequence, file: file), asksAgain: imitatesKubelet) {
            settings throws(NUMAHintsError) in
            try open(sequence, settings)
        }
        var answers: [ReplayAnswer] = []
        for (index, step) in sequence.steps.enumerated() {
            do throws(ReplayFault) {
                answers.append(try answer(step, &node))
            } catch {
                throw NUMAHintsError(
                    error.isInput ? .input : .provider, "\(sequence.id): steps[\(index)]: \(error.text)", file: file)
            }
        }
        return answers
    }

    private func answer(_ step: ReplaySequence.Step, _ node: inout ReplayedNode) throws(ReplayFault) -> ReplayAnswer {
        // What a transcript does not show is left out, since lists of hints are long.
        let isAsked = step.expectation?.containers.map { $0.contains { $0.providerHints != nil } } ?? true
        let counts = step.expectation?.containers.map { $0.contains { $0.devicesByNUMA != nil } } ?? true
        var answer: ReplayAnswer
        switch step.event {
        case .add(let pod): answer = try node.add(pod, listsHints: isAsked)
        case .start(let uid): answer = try node.start(uid)
        case .remove(let uid): answer = try node.remove(uid)
        case .restart: answer = try node.restart()
        }
        if !counts {
            for index in (answer.containers ?? []).indices { answer.containers?[index].devicesByNUMA = nil }
        }
        answer.state = try node.state()
        return answer
    }

    private func settings(of sequence: ReplaySequence, file: String) -> NodeSettings {
        var settings = NodeSettings()
        // The words were checked when the file was read.
        settings.admission.merge = MergeOptions(
            policy: Policy(rawValue: sequence.policy) ?? .none, semantics: semantics,
            preferClosestNUMANodes: sequence.prefersClosestNUMANodes)
        settings.admission.scope = Scope(rawValue: sequence.scope) ?? .container
        settings.admission.maxAllowableNUMANodes = sequence.maxAllowableNUMANodes
        // What is replayed was decided by a kubelet.
        settings.admission.choosesDevices = false
        settings.add(sequence.settings(file: file))
        if imitatesKubelet { settings.imitateKubelet() }
        return settings
    }

    /// Fresh instances of all providers.
    private func open(
        _ sequence: ReplaySequence, _ settings: NodeSettings
    ) throws(NUMAHintsError) -> (PodAdmission, [ProviderInstance]) {
        let machine = sequence.description.machine
        let registry = ProviderRegistry(
            opening: search.libraries, settings: settings.settingsByID,
            environment: ProviderEnvironment(machine: machine, root: nil, log: log), by: isolation)
        if let refused = registry.refused.first {
            // What a sequence makes of a provider's settings is the sequence's fault.
            let isInput = refused.id.map { settings.settingsByID[$0] != nil } ?? false
            throw isInput
                ? NUMAHintsError(.input, "\(sequence.id): \(refused.reason)")
                : NUMAHintsError(.provider, refused.reason, file: refused.path)
        }
        guard registry.providers.contains(where: { $0.isClaimed(.cpu) }) else {
            throw NUMAHintsError(
                .provider, "no provider answers for cpu, which a sequence cannot do without (\(search.source))")
        }
        let admission = PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: registry.providers,
            settings: settings.admission)
        return (admission, registry.providers)
    }
}

/// Why a step could not be taken.
struct ReplayFault: Error {
    var text: String
    /// Whether the sequence is to blame, and not a provider.
    var isInput = false

    init(_ text: String) {
        self.text = text
        isInput = true
    }

    init(_ failure: ProviderFailure) { text = "\(failure)" }
}
