// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge

/// What is counted of one admission.
package struct AdmissionFacts: Hashable, Sendable {
    /// What became of the pod; `failed` where ledger or provider failed so that nothing was decided.
    package enum Outcome: String, CaseIterable, Sendable { case admitted, failed, held, refused }

    /// Why a pod was refused, in words for programs.
    package struct Refusal: Hashable, Sendable {
        /// One of few: `TopologyAffinityError`.
        package var kind: String
        /// Of many, some of them the providers' own: `not-enough-cpus`; empty where there is none.
        package var reason: String
    }

    package var outcome: Outcome
    package var seconds: Double
    /// `container` or `pod`.
    package var scope: String
    /// False under the policy none, by which no hint is asked for.
    package var usesHints: Bool
    package var refusal: Refusal?
    /// Units, each a container or the pod, that are known to be on one node each, and those that could not be: counted
    /// only where the policy asks for that.
    ///
    /// As the kubelet counts them: those before a container that was refused have been aligned.
    /// Source: kubernetes/kubernetes, pkg/kubelet/cm/topologymanager, scope_container.go and scope_pod.go.
    package private(set) var aligned = 0
    package private(set) var misaligned = 0

    /// What is counted where nothing was decided now.
    init(_ outcome: Outcome, _ settings: AdmissionSettings, seconds: Double) {
        self.outcome = outcome
        self.seconds = seconds
        scope = settings.scope.rawValue
        usesHints = settings.merge.policy != .none
    }

    init(_ outcome: NodeAllocator.Outcome, _ settings: AdmissionSettings, seconds: Double) {
        switch outcome {
        case .held: self.init(Outcome.held, settings, seconds: seconds)
        case .decided(let decision):
            let reason = decision.trace.verdict.isAdmitted ? nil : decision.explanation.reason?.code
            self.init(decision.trace, reason: reason, settings, seconds: seconds)
        }
    }

    /// - Parameter reason: the code of what was said to be the reason of a refusal.
    private init(_ trace: DecisionTrace, reason: String?, _ settings: AdmissionSettings, seconds: Double) {
        self.init(trace.verdict.isAdmitted ? Outcome.admitted : .refused, settings, seconds: seconds)
        let guaranteesAlignment = settings.merge.policy == .singleNUMANode
        guard case .refused(let refusal) = trace.verdict else {
            if guaranteesAlignment { aligned = trace.units.count }
            return
        }
        self.refusal = Refusal(kind: refusal.kind.rawValue, reason: reason ?? "")
        guard guaranteesAlignment else { return }
        if trace.scope == .container, let name = refusal.container {
            aligned = trace.units.firstIndex { $0.container == name } ?? 0
        }
        if refusal.kind == .topologyAffinity || refusal.kind == .mergeLimit { misaligned = 1 }
    }
}
