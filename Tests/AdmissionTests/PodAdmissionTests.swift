// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import NUMACore
import TestSupport
import Testing

/// One pod, from scope to allocation or back.
@Suite("Pod admission")
struct PodAdmissionTests {
    let gpu = FakeProvider("example.org/gpu", [0: 2, 1: 2])
    let nic = FakeProvider("example.org/nic", [0: 1, 1: 3])

    func admission(_ policy: Policy, _ scope: Scope = .container, strict: Bool = false, most: Int? = nil)
        -> PodAdmission
    {
        PodAdmission(
            nodes: [0, 1], distances: nil, providers: [gpu, nic],
            settings: AdmissionSettings(
                scope: scope, merge: MergeOptions(policy: policy), maxAllowableNUMANodes: most,
                refusesUnclaimed: strict))
    }

    func pod(_ containers: [ResourceAmounts], uid: String = "u") -> PodSpec {
        PodSpec(
            uid: uid, name: "p",
            containers: containers.enumerated().map {
                ContainerSpec(name: "c\($0.offset)", requests: $0.element)
            })
    }

    func refusal(_ trace: DecisionTrace) -> Refusal? {
        if case .refused(let refusal) = trace.verdict { return refusal }
        return nil
    }

    @Test("an admitted pod lies inside its affinity, and the books say so")
    func admitted() {
        var admission = admission(.singleNUMANode)
        let trace = admission.admit(pod([["example.org/gpu": 2, "example.org/nic": 2]]))
        #expect(trace.verdict == .admitted)
        #expect(trace.units.map(\.merge?.best.nodes) == [[1]])
        #expect(gpu.held.map(\.node) == [1])
        #expect(nic.held.map(\.node) == [1])
        #expect(gpu.journal == ["hints c0", "prepare 1 c0", "commit 1"])
    }

    @Test("the second container sees what the first was given")
    func containersInTurn() {
        var admission = admission(.singleNUMANode)
        let trace = admission.admit(pod([["example.org/gpu": 2], ["example.org/gpu": 2]]))
        #expect(trace.units.map(\.merge?.best.nodes) == [[0], [1]])
    }

    @Test("one refused container undoes the whole pod")
    func undone() {
        var admission = admission(.singleNUMANode)
        let trace = admission.admit(
            pod([["example.org/gpu": 2], ["example.org/gpu": 1, "example.org/nic": 4]]))
        #expect(refusal(trace)?.kind == .topologyAffinity)
        #expect(refusal(trace)?.container == "c1")
        #expect(trace.allocations.isEmpty)
        #expect(gpu.held.isEmpty)
        #expect(gpu.journal.last == "rollback 1")
    }

    @Test("under pod scope all containers share one affinity, asked for once")
    func podScope() {
        var admission = admission(.singleNUMANode, .pod)
        let trace = admission.admit(
            pod([["example.org/gpu": 1], ["example.org/gpu": 1, "example.org/nic": 3]]))
        #expect(trace.units.count == 1)
        #expect(trace.units.first?.requests == ["example.org/gpu": 2, "example.org/nic": 3])
        #expect(gpu.journal == ["hints pod", "prepare 1 c0", "prepare 1 c1", "commit 1"])
        #expect(Set(gpu.held.map(\.node)) == [1])
    }

    @Test("the policy none asks nobody for hints and still allocates")
    func policyNone() {
        var admission = admission(.none)
        let trace = admission.admit(pod([["example.org/gpu": 3]]))
        #expect(trace.verdict == .admitted)
        #expect(trace.units.map(\.merge) == [nil])
        #expect(gpu.journal == ["prepare 1 c0", "commit 1"])
    }

    @Test("a failing step leaves every provider as it was", arguments: ["hints", "prepare", "commit"])
    func failingStep(call: String) {
        nic.failing = (call, .fault)
        var admission = admission(.bestEffort)
        let trace = admission.admit(pod([["example.org/gpu": 1, "example.org/nic": 1]]))
        #expect(refusal(trace)?.kind == .providerFault)
        #expect(refusal(trace)?.reason.text == "provider test.example.org/nic: \(call) fails on demand")
        #expect(gpu.held.isEmpty)
        #expect(nic.held.isEmpty)
        if call == "commit" {
            #expect(gpu.journal.suffix(3) == ["commit 1", "release 2 u", "commit 2"])
        } else {
            #expect(gpu.journal.last == "rollback 1")
        }
    }

    @Test("a release that fails is told beside the first failure")
    func leak() {
        nic.failing = ("commit", .io)
        gpu.failing = ("release", .io)
        var admission = admission(.bestEffort)
        let trace = admission.admit(pod([["example.org/gpu": 1, "example.org/nic": 1]]))
        #expect(refusal(trace)?.reason.text == "provider test.example.org/nic: commit fails on demand")
        #expect(trace.warnings.map(\.code) == ["leaked"])
    }

    @Test("a provider with too little refuses, and is not at fault")
    func exhausted() {
        var admission = admission(.none)
        let trace = admission.admit(pod([["example.org/gpu": 5]]))
        #expect(refusal(trace)?.kind == .allocation)
        #expect(refusal(trace)?.reason.text == "1 example.org/gpu are missing")
    }

    @Test("a resource that nobody answers for is a warning, or a refusal if asked")
    func unclaimed() {
        let pod = pod([["example.org/gpu": 1, "example.org/fpga": 1, "ephemeral-storage": 5]])
        var lenient = admission(.bestEffort)
        let trace = lenient.admit(pod)
        #expect(trace.verdict == .admitted)
        #expect(
            trace.warnings.map(\.text) == [
                "no provider answers for example.org/fpga: it has no preference for a node"
            ])
        var strict = admission(.bestEffort, strict: true)
        #expect(refusal(strict.admit(pod))?.kind == .unclaimedResource)
    }

    @Test("a machine with more nodes than allowed refuses, except under none")
    func tooManyNodes() {
        var limited = admission(.bestEffort, most: 1)
        let reason = refusal(limited.admit(pod([[:]])))?.reason.text
        #expect(reason == "the machine has 2 NUMA nodes, max-allowable-numa-nodes allows 1")
        var none = admission(.none, most: 1)
        #expect(none.admit(pod([[:]])).verdict == .admitted)
    }

    @Test("hints too entangled for the limit of steps are a refusal that names them")
    func stepLimit() {
        var admission = PodAdmission(
            nodes: [0, 1], distances: nil, providers: [gpu, nic],
            settings: AdmissionSettings(merge: MergeOptions(policy: .bestEffort, stepLimit: 0)))
        let trace = admission.admit(pod([["example.org/gpu": 3, "example.org/nic": 4]]))
        guard let refusal = refusal(trace) else { return }  // a merge may need no step at all
        #expect(refusal.kind == .mergeLimit)
        #expect(refusal.reason.text.contains("could not be merged within 0 steps"))
    }
}
