// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import NUMACore
import Synchronization
import TestSupport
import Testing

@testable import NUMAHints

@Suite("Providers and merges that somebody measures")
struct MeasuredProviderTests {
    private struct Call: Hashable {
        var provider: String
        var call: String
        var fault: String?
    }

    private final class Listener: NodeObserver {
        let calls = Mutex<[Call]>([])
        let steps = Mutex<[Int]>([])

        func admitted(_ facts: AdmissionFacts) {}
        func merged(seconds: Double, steps taken: Int) { steps.withLock { $0.append(taken) } }
        func called(_ provider: String, _ call: String, seconds: Double, fault: String?) {
            calls.withLock { $0.append(Call(provider: provider, call: call, fault: fault)) }
        }
    }

    private static let resource: ResourceName = "example.com/card"

    private static func pod(_ count: UInt64) -> PodSpec {
        PodSpec(
            uid: "u\(count)", namespace: "d", name: "p",
            containers: [ContainerSpec(name: "c", requests: [resource: count])])
    }

    private static func admission(_ providers: [any HintProvider], _ listener: Listener?) -> PodAdmission {
        var admission = PodAdmission(
            nodes: [0, 1], distances: nil, providers: providers,
            settings: AdmissionSettings(merge: MergeOptions(policy: .singleNUMANode)))
        admission.mergeObserver = listener.map { MergeTimer($0) }
        return admission
    }

    @Test("decisions are the same, whether somebody measures or not", arguments: 1...6 as ClosedRange<UInt64>)
    func sameDecisions(count: UInt64) {
        let (plain, measured) = (FakeProvider(Self.resource, [0: 3, 1: 4]), FakeProvider(Self.resource, [0: 3, 1: 4]))
        let listener = Listener()
        var one = Self.admission([plain], nil)
        var other = Self.admission([MeasuredProvider(measured, listener)], listener)
        for amount in [count, 1, 7 - count] {
            let trace = one.admit(Self.pod(amount))
            #expect(other.admit(Self.pod(amount)) == trace)
        }
        #expect(measured.journal == plain.journal && measured.held == plain.held)
        #expect(listener.steps.withLock(\.count) == 3)
        let told = listener.calls.withLock { $0 }.filter { $0.call != "devices" && $0.call != "stock" }
        #expect(told.map(\.call) == plain.journal.map { String($0.prefix { $0 != " " }) })
        #expect(told.allSatisfy { $0.provider == plain.id && $0.fault == nil })
    }

    @Test(
        "what fails is a fault, what has too little is none",
        arguments: [(ProviderFailure.Kind.exhausted, nil), (.unsupported, nil), (.io, "io"), (.fault, "fault")])
    func faults(kind: ProviderFailure.Kind, expected: String?) {
        for call in ["hints", "prepare"] {
            let (provider, listener) = (FakeProvider(Self.resource, [0: 3]), Listener())
            provider.failing = (call, kind)
            var admission = Self.admission([MeasuredProvider(provider, listener)], listener)
            #expect(!admission.admit(Self.pod(1)).verdict.isAdmitted)
            let calls = listener.calls.withLock { $0 }
            #expect(calls.filter { $0.call == call }.map(\.fault) == [expected])
            #expect(calls.filter { $0.call != call }.allSatisfy { $0.fault == nil })
        }
    }
}
