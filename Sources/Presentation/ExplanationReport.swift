// SPDX-License-Identifier: Apache-2.0

import Admission
public import Explanation
import HintMerge
import NUMACore

/// Explanations as data: what `explain -o json` and `-o yaml` print.
public struct ExplanationReport: Encodable, Sendable {
    var schemaVersion = 1
    var pods: [PodReport]
    /// Of `explain --watch`: when it was decided.
    var time: String?

    /// - Parameter time: left out if it is nil.
    public init(_ explanations: [Explanation], warnings: [String] = [], time: String? = nil) {
        pods = explanations.map { PodReport($0) }
        self.time = time
        self.warnings = warnings
    }

    /// What should be known of the files, beside the decisions.
    var warnings: [String]

    struct PodReport: Encodable {
        var uid: String
        var namespace: String
        var name: String
        var qosClass: String
        var scope: String
        var policy: String
        var semantics: String
        var admit: Bool
        /// Kind, container and sentence of a refusal; null for an admitted pod.
        @Null var refusal: RefusalReport?
        var units: [UnitReport]
        var allocations: [AllocationReport]
        /// Of the containers with devices of which the PCI tree or a group is known.
        var nearness: [NearnessReport]
        /// What a kubelet would have decided, where that is not the same; else null.
        @Null var kubelet: KubeletReport?
        /// What would let a refused pod in, or align an admitted one, the cheapest first; empty where it was not looked for.
        var changes: [ChangeReport]
        /// How much more an admitted pod could ask for, of one resource at a time; empty where it was not looked for.
        var slack: [SlackReport]
        var warnings: [String]

        init(_ explanation: Explanation) {
            let trace = explanation.trace
            uid = trace.pod.uid
            namespace = trace.pod.namespace
            name = trace.pod.name
            qosClass = trace.pod.qos.rawValue
            scope = trace.scope.rawValue
            policy = trace.options.policy.rawValue
            semantics = trace.options.semantics.rawValue
            admit = trace.verdict.isAdmitted
            if case .refused(let refusal) = trace.verdict {
                self.refusal = RefusalReport(refusal, explanation.reason ?? refusal.reason)
            }
            units = explanation.units.map { UnitReport($0) }
            allocations = trace.allocations.map { AllocationReport($0) }
            nearness = trace.nearness.map { NearnessReport($0) }
            kubelet = explanation.kubelet.map { KubeletReport($0) }
            changes = explanation.changes.map { ChangeReport($0) }
            slack = explanation.slack.map { SlackReport($0) }
            warnings = trace.warnings.map(\.text)
        }
    }

    struct KubeletReport: Encodable {
        var admit: Bool
        @Null var refusal: RefusalReport?
        /// Of the containers that would have something else.
        var allocations: [AllocationReport]

        init(_ kubelet: KubeletDecision) {
            admit = kubelet.verdict.isAdmitted
            if case .refused(let refusal) = kubelet.verdict { self.refusal = RefusalReport(refusal, refusal.reason) }
            allocations = kubelet.allocations.map { AllocationReport($0) }
        }
    }

    struct RefusalReport: Encodable {
        var kind: String
        @Null var container: String?
        var reason: String
        @Null var code: String?
        var facts: [FactReport]

        init(_ refusal: Refusal, _ reason: Reason) {
            kind = refusal.kind.rawValue
            container = refusal.container
            self.reason = reason.text
            code = reason.code
            facts = reason.facts.map { FactReport(key: $0.key, value: $0.value) }
        }
    }

    struct FactReport: Encodable {
        var key: String
        var value: String
    }
}

/// An optional that is written as `null` when it is empty, and not left out.
@propertyWrapper
struct Null<Value: Encodable & Sendable>: Encodable, Sendable {
    var wrappedValue: Value?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue {
            try container.encode(wrappedValue)
        } else {
            try container.encodeNil()
        }
    }
}
