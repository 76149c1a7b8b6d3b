// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore
import Presentation
import TestSupport
import Testing

/// What people read of a decision.
@Suite("Explanation as text")
struct ExplanationTextTests {
    static func trace(_ policy: Policy, nodes: Int = 2, need: UInt64 = 2) -> DecisionTrace {
        let totals = Dictionary(uniqueKeysWithValues: (0..<nodes).map { ($0, UInt64(2)) })
        var admission = PodAdmission(
            nodes: NUMANodeMask(0..<nodes), distances: nil, providers: [FakeProvider("x/gpu", totals)],
            settings: AdmissionSettings(scope: .pod, merge: MergeOptions(policy: policy)))
        let container = ContainerSpec(name: "app", requests: ["x/gpu": need, "x/other": 1])
        return admission.admit(PodSpec(uid: "u", namespace: "ns", name: "web", containers: [container]))
    }

    @Test("an admitted pod, whole")
    func admitted() {
        #expect(
            ExplanationText(Explanation(Self.trace(.singleNUMANode))).text == """
                pod ns/web: admitted on node 0
                  BestEffort, scope pod, policy single-numa-node
                  warning: no provider answers for x/other: it has no preference for a node

                  the whole pod
                    resource  requested  node 0  node 1  hints (* preferred)
                    x/gpu     2          2 of 2  2 of 2  {0}* {1}* {0-1}
                    x/other   1          -       -       no provider
                    merged: {0}, preferred

                  app gets x/gpu n0-0 on node 0, n0-1 on node 0

                """)
    }

    @Test("a refused pod says why at once")
    func refused() {
        let lines = ExplanationText(Explanation(Self.trace(.singleNUMANode, need: 3))).text.split(separator: "\n")
        #expect(lines.first == "pod ns/web: refused")
        #expect(
            lines.dropFirst().first
                == "  because x/gpu: node 0 has 2 of 2 free, node 1 has 2 of 2, 3 requested; no single node is enough")
    }

    @Test("many nodes are put together by what they have")
    func manyNodes() {
        let text = ExplanationText(Explanation(Self.trace(.bestEffort, nodes: 64))).text
        #expect(text.contains("0-63: 2 of 2"), "\(text)")
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 160 }, "\(text)")
    }

    @Test("colour changes no word")
    func emphasis() {
        let explanation = Explanation(Self.trace(.bestEffort))
        let coloured = ExplanationText(explanation, emphasis: Emphasis(isOn: true)).text
        #expect(coloured.contains("\u{1B}[32madmitted\u{1B}[0m"))
        let plain = coloured.replacing(/\u{1B}\[[0-9]*m/, with: "")
        #expect(plain == ExplanationText(explanation).text)
    }
}
