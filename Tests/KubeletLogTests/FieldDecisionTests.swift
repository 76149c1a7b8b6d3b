// SPDX-License-Identifier: Apache-2.0

import HintMerge
import KubeletLog
import NUMACore
import Presentation
import Testing

/// Decisions of real kubelets, written in each form of log, come out as they were.
@Suite struct FieldDecisionTests {
    private static func hint(_ nodes: NUMANodeMask?, _ isPreferred: Bool) -> TopologyHint {
        TopologyHint(nodes: nodes, isPreferred: isPreferred)
    }

    private static func only(_ decision: WrittenDecision, _ format: LogFormat) throws -> DecisionReview {
        let reviews = LogWriter(format: format).lines(decision).reviews()
        try #require(reviews.count == 1)
        return reviews[0]
    }

    @Test(
        "CPUs are left on node 1 alone, memory on node 0 alone: single-numa-node refuses", arguments: LogFormat.allCases
    )
    func storage(_ format: LogFormat) throws {
        let review = try Self.only(
            WrittenDecision(
                "vmstorage-15", container: "vmstorage",
                [
                    [], [("cpu", [Self.hint([1], true), Self.hint([0, 1], false)])],
                    [("memory", [Self.hint([0], true)])], [],
                ], best: Self.hint(nil, false), admitted: false), format)
        #expect(review.outcome == .agrees)
        #expect(review.agreeingPolicies == [.singleNUMANode])
        #expect(review.redone?.nodes == [0, 1] && review.redone?.admits == false)
        #expect(review.cause == "cpu can be had on {1} or {0-1}, memory only on {0}: no node has both")
        #expect(review.decision.failure?.reason == "TopologyAffinityError")
        #expect(review.decision.pod.label == "default/vmstorage-15" && review.decision.container == "vmstorage")
        #expect(KubeletLogText(review).text.contains("container vmstorage: refused\n  because cpu can be had"))
    }

    @Test("devices and CPUs need both nodes, memory one: best-effort takes node 0", arguments: LogFormat.allCases)
    func bestEffort(_ format: LogFormat) throws {
        let single = [Self.hint([0], true), Self.hint([1], true)]
        let decision = WrittenDecision(
            "instance", container: "instance",
            [
                [("stelia.io/nvidia-l40s", [Self.hint([0, 1], true)])], [("cpu", [Self.hint([0, 1], true)])],
                [("hugepages-2Mi", single), ("memory", single)],
            ], best: Self.hint([0], false), admitted: true)
        let review = try Self.only(decision, format)
        guard format != .sentences else {
            // Up to 1.23 each of these would have been preferred.
            #expect(review.outcome == .differs("the log has {0}, not preferred, the rule gives {0}, preferred"))
            return
        }
        #expect(review.outcome == .agrees)
        #expect(review.agreeingPolicies == [.bestEffort])
        #expect(review.agreeingSemantics == [.current])
        #expect(review.redone?.best == Self.hint([0], false))
        #expect(review.cause?.contains("needs 2 nodes") == true)
    }

    @Test("GPUs on either node, CPUs on both: preferred up to 1.23", arguments: LogFormat.allCases)
    func unequal(_ format: LogFormat) throws {
        let decision = WrittenDecision(
            "batch",
            [
                [("nvidia.com/gpu", [Self.hint([0], true), Self.hint([1], true), Self.hint([0, 1], false)])],
                [("cpu", [Self.hint([0, 1], true)])],
            ], best: Self.hint([0], true), admitted: nil)
        let review = try Self.only(decision, format)
        guard format == .sentences || format == .goPairs || format == .json else {
            #expect(review.outcome == .differs("the log has {0}, preferred, the rule gives {0-1}, not preferred"))
            return
        }
        // A log in JSON says "podUID" from 1.24 on.
        guard format != .json else {
            #expect(review.outcome == .differs("the log has {0}, preferred, the rule gives {0-1}, not preferred"))
            return
        }
        #expect(review.outcome == .agrees)
        #expect(review.agreeingSemantics == [.kubelet1_23])
        #expect(review.since.map(\.policy) == [.bestEffort, .restricted])
        #expect(review.since.map(\.best) == [Self.hint([0, 1], false), Self.hint([0, 1], false)])
        #expect(review.since.map(\.admits) == [true, false])
        let text = KubeletLogText(review).text
        let last = "since 1.24 the rule gives {0-1}, not preferred: best-effort admits it, restricted refuses it\n"
        #expect(text.hasSuffix(last), "\(text)")
    }

    @Test("a result without hints is shown, and not redone", arguments: LogFormat.allCases)
    func noHints(_ format: LogFormat) throws {
        let review = try Self.only(
            WrittenDecision("gpu5", [], best: Self.hint([1, 4, 5, 6, 7], true), admitted: nil), format)
        #expect(review.outcome == .notRedone("the log has no hints of it"))
        #expect(review.decision.best?.hint == Self.hint([1, 4, 5, 6, 7], true))
        #expect(KubeletLogText(review).text.contains("merged    {1,4-7}, preferred"))
    }

    @Test("a refusal of which the log has the event alone", arguments: LogFormat.allCases)
    func refusalAlone(_ format: LogFormat) throws {
        let decision = WrittenDecision("second-pod", [], best: Self.hint(nil, false), admitted: false)
        let lines = LogWriter(format: format).lines(decision)
        let reviews = [try #require(lines.last)].reviews()
        #expect(reviews.map(\.decision.verdict) == [.refused])
        #expect(reviews.map(\.outcome) == [.notRedone("the log has no hints of it")])
    }

    // A transcript of a kubelet 1.20 with two nodes of 14 CPUs, best-effort.

    @Test("the transcript of 1.20: 16 CPUs and one GPU, which 1.24 decides otherwise")
    func transcript() throws {
        let reviews = Self.transcript().reviews(KnownSettings(policy: .bestEffort))
        #expect(reviews.map(\.decision.pod.label) == ["default/16cpu-numa-batch-pod", "default/16cpu-2gpu-numa-pod"])
        #expect(reviews.map(\.outcome) == [.agrees, .agrees])
        #expect(reviews.map(\.settings.semantics) == [[.kubelet1_23], [.kubelet1_23]])
        #expect(reviews[0].since.map(\.best) == [Self.hint([0, 1], false)] && reviews[0].since.map(\.admits) == [true])
        #expect(reviews[1].since.isEmpty)
        #expect(reviews[1].cause == "nvidia.com/gpu: its provider offers {0-1}, none of them preferred")
        #expect(reviews.map(\.decision.firstLine) == [2, 8])
    }

    @Test("the transcript of 1.20: what begins in the middle of a decision is not redone")
    func cutTranscript() throws {
        let writer = LogWriter(format: .sentences)
        let pod = "2gpu-numa-batch-pod_default(08b4a90a-534a-4fc6-90c3-b57ee777071d)"
        let lines = [
            "TopologyHints for pod '\(pod)', container 'app': map[]",
            "Hint Provider has no preference for NUMA affinity with any resource",
            "ContainerTopologyHint: {11 false}",
        ].map { writer.line("scope_container.go:80", "[topologymanager] \($0)") }
        for log in [lines, Self.transcript() + lines] {
            let review = try #require(log.reviews().last)
            #expect(review.decision.best?.hint == Self.hint([0, 1], false))
            guard case .notRedone(let why) = review.outcome else {
                Issue.record("\(review.outcome)")
                continue
            }
            #expect(why.hasPrefix("its beginning is not in the log"))
        }
    }

    private static func transcript() -> [String] {
        let writer = LogWriter(format: .sentences, prefix: "Dec 29 15:13:13 node2 kubelet[117175]: ")
        return writer.lines(
            WrittenDecision(
                "16cpu-numa-batch-pod",
                [
                    [("nvidia.com/gpu", [hint([0], true), hint([1], true), hint([0, 1], false)])],
                    [("cpu", [hint([0, 1], true)])],
                ], best: hint([0], true), admitted: true))
            + writer.lines(
                WrittenDecision(
                    "16cpu-2gpu-numa-pod", uid: "27a7e589-4c5e-4c47-813e-be1a118d3d80",
                    [[("nvidia.com/gpu", [hint([0, 1], false)])], [("cpu", [hint([0, 1], true)])]],
                    best: hint([0, 1], false), admitted: true))
    }
}
