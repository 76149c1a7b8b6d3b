// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore
import TestSupport
import Testing

/// The sentence that says why a pod was refused, or is not aligned.
@Suite("Causes")
struct CauseTests {
    /// Decides about one container that asks for these amounts, of providers with these totals.
    func explain(
        _ policy: Policy, _ requests: ResourceAmounts, _ totals: [(ResourceName, [Int: UInt64])],
        taken: ResourceAmounts = [:], nodes: NUMANodeMask = [0, 1]
    ) -> Explanation {
        let providers = totals.map { FakeProvider($0.0, $0.1) }
        func admission(_ policy: Policy) -> PodAdmission {
            PodAdmission(
                nodes: nodes, distances: nil, providers: providers,
                settings: AdmissionSettings(merge: MergeOptions(policy: policy)))
        }
        func pod(_ uid: String, _ requests: ResourceAmounts) -> PodSpec {
            PodSpec(uid: uid, name: uid, containers: [ContainerSpec(name: "c", requests: requests)])
        }
        if !taken.isEmpty {
            var first = admission(.none)
            _ = first.admit(pod("first", taken))
        }
        var second = admission(policy)
        return Explanation(second.admit(pod("second", requests)))
    }

    @Test("no single node is enough")
    func tooWide() {
        let explanation = explain(.singleNUMANode, ["x/gpu": 3], [("x/gpu", [0: 2, 1: 2])])
        #expect(
            explanation.reason?.text
                == "x/gpu: node 0 has 2 of 2 free, node 1 has 2 of 2, 3 requested; no single node is enough")
    }

    @Test("each resource has a node, no node has both")
    func conflict() {
        let explanation = explain(
            .singleNUMANode, ["x/cpu": 8, "x/gpu": 1], [("x/cpu", [0: 8, 1: 8]), ("x/gpu", [0: 1, 1: 0])],
            taken: ["x/cpu": 2])
        #expect(
            explanation.reason?.text
                == "x/cpu: node 0 has 6 of 8 free, node 1 has 8 of 8, 8 requested; "
                + "x/gpu: only node 0 has any, 1 of 1 free, 1 requested; "
                + "no node has both")
        #expect(explanation.units.first?.cause?.shortages.map(\.sufficientNodes) == [[1], [0]])
    }

    @Test("a resource that does not matter is left out of the cause")
    func minimal() {
        let explanation = explain(
            .singleNUMANode, ["x/a": 2, "x/b": 1, "x/c": 2],
            [("x/a", [0: 2, 1: 1]), ("x/b", [0: 4, 1: 4]), ("x/c", [0: 1, 1: 2])])
        #expect(explanation.units.first?.cause?.shortages.map(\.resource.rawValue) == ["x/a", "x/c"])
    }

    @Test("three resources, of which every two have a node in common")
    func threeWay() {
        let explanation = explain(
            .singleNUMANode, ["x/a": 1, "x/b": 1, "x/c": 1],
            [("x/a", [0: 1, 1: 1, 2: 0]), ("x/b", [0: 1, 1: 0, 2: 1]), ("x/c", [0: 0, 1: 1, 2: 1])],
            nodes: [0, 1, 2])
        #expect(explanation.reason?.text.hasSuffix("no node has all 3") == true)
        #expect(explanation.units.first?.cause?.shortages.count == 3)
    }

    @Test("restricted: an empty machine could hold it on one node")
    func busy() {
        let explanation = explain(
            .restricted, ["x/gpu": 2], [("x/gpu", [0: 2, 1: 2])], taken: ["x/gpu": 3])
        #expect(
            explanation.reason?.text == "not enough x/gpu"
                || explanation.reason?.text.contains("x/gpu") == true)
        #expect(explanation.trace.verdict.isAdmitted == false)
    }

    @Test("restricted: spread over two nodes though one would have done")
    func spread() {
        let explanation = explain(
            .restricted, ["x/gpu": 2], [("x/gpu", [0: 2, 1: 3])], taken: ["x/gpu": 4])
        #expect(explanation.trace.verdict.isAdmitted == false)
        let twoNodes = explain(
            .restricted, ["x/gpu": 2], [("x/gpu", [0: 2, 1: 2, 2: 2])], taken: ["x/gpu": 1], nodes: [0, 1, 2])
        #expect(twoNodes.trace.verdict.isAdmitted)
    }

    @Test("restricted: masks of different sizes are best")
    func sizes() {
        let explanation = explain(
            .restricted, ["x/cpu": 12, "x/gpu": 1], [("x/cpu", [0: 8, 1: 8]), ("x/gpu", [0: 1, 1: 1])])
        #expect(
            explanation.reason?.text.hasPrefix(
                "x/cpu needs 2 nodes and x/gpu 1, so no mask is the narrowest for both") == true,
            "\(String(describing: explanation.reason))")
    }

    @Test("an impossible resource gives its provider's reason")
    func impossible() {
        let provider = FakeProvider("x/gpu", [0: 1])
        provider.answer = .impossible(Reason("no node has hugepages-1Gi"))
        var admission = PodAdmission(
            nodes: [0, 1], distances: nil, providers: [provider],
            settings: AdmissionSettings(merge: MergeOptions(policy: .restricted)))
        let pod = PodSpec(uid: "u", name: "p", containers: [ContainerSpec(name: "c", requests: ["x/gpu": 1])])
        #expect(Explanation(admission.admit(pod)).reason?.text == "x/gpu: no node has hugepages-1Gi")
        provider.answer = .impossible(Reason("no node has x/gpu"))
        #expect(Explanation(admission.admit(pod)).reason?.text == "no node has x/gpu")
    }

    @Test("best-effort admits, and says what stood in the way")
    func notAligned() {
        let explanation = explain(
            .bestEffort, ["x/cpu": 8, "x/gpu": 1], [("x/cpu", [0: 8, 1: 8]), ("x/gpu", [0: 1, 1: 0])],
            taken: ["x/cpu": 2])
        #expect(explanation.trace.verdict == .admitted)
        #expect(explanation.reason == nil)
        #expect(explanation.units.first?.cause?.text.hasSuffix("no node has both") == true)
    }

    @Test("equal traces give equal explanations")
    func sameness() {
        let one = explain(.singleNUMANode, ["x/gpu": 3], [("x/gpu", [0: 2, 1: 2])])
        #expect(one == Explanation(one.trace))
    }
}
