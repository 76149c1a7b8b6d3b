// SPDX-License-Identifier: Apache-2.0

import HintMerge
import KubeletLog
import NUMACore
import Presentation
import TestSupport
import Testing

/// What holds for any log, and for any bytes.
@Suite("KubeletLogLaws")
struct KubeletLogLawTests {
    @Test("Law: what a kubelet by the same rule logs is found, and agrees")
    func agreement() {
        for number in 0..<TestEnvironment.cases(60) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let generated = GeneratedLog(&random)
            let reviews = generated.lines.reviews(KnownSettings(nodes: generated.nodes))
            let names = reviews.map { "\($0.decision.pod.label) \($0.decision.container ?? "")" }
            #expect(names == generated.names, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
            for review in reviews {
                #expect(
                    review.outcome == .agrees,
                    "\(review.decision), \(review.redone.debugDescription), NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
            }
        }
    }

    @Test("Law: whatever is done to a log, it is read to its end and shown")
    func damage() {
        for number in 0..<TestEnvironment.cases(60) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let bytes = Mutation.damaged(
                Array(GeneratedLog(&random).lines.joined(separator: "\n").utf8), words: Self.words, &random)
            var reader = KubeletLogReader()
            var decisions: [LoggedDecision] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...4096, using: &random))
                decisions += reader.take(Array(bytes[start..<end]))
                start = end
            }
            decisions += reader.finish()
            let ends = bytes.count { $0 == 0x0A }
            let lineCount = ends + (bytes.isEmpty || bytes.last == 0x0A ? 0 : 1)
            #expect(reader.lineCount == lineCount, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
            for decision in decisions {
                #expect(
                    decision.firstLine >= 1 && decision.firstLine <= decision.lastLine
                        && decision.lastLine <= lineCount, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
                let text = KubeletLogText(DecisionRedo(KnownSettings(), stepLimit: 20_000).review(decision)).text
                let isPlain = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }
                #expect(isPlain && text.hasSuffix("\n"), "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
            }
        }
    }

    private static let words = [
        "map[", "[topologymanager] ", "{", "}}}}", "[[[[", "]", "\"", "\\", "\\u00", "\\ud800", ":", "=", "hints=",
        "pod=", "0x", "<nil>",
        "null", "true", "18446744073709551616", "-1", "1e400", "\r\n", "\n", "\u{0}", ".go:1] ", "TopologyHints",
        "Best TopologyHint",
        "\"Topology Admit Handler\"", "Event(v1.ObjectReference", "reason: '", "bestHint={", "(pod: ", "_", "(", ")",
    ]
}

/// A log of a kubelet that decides by the rule.
private struct GeneratedLog {
    var lines: [String] = []
    /// Of the pods and containers, in order.
    var names: [String] = []
    let nodes: NUMANodeMask

    init(_ random: inout SeededGenerator) {
        let format = LogFormat.allCases.randomElement(using: &random) ?? .json
        let semantics: MergeSemantics = format == .sentences ? .kubelet1_23 : .current
        let policy = [Policy.bestEffort, .restricted, .singleNUMANode].randomElement(using: &random) ?? .restricted
        let prefix = ["", "Dec 29 15:13:13 node2 kubelet[117175]: "].randomElement(using: &random) ?? ""
        let writer = LogWriter(format: format, prefix: prefix)
        nodes = NUMANodeMask(0..<Int.random(in: 1...5, using: &random))
        let merger = HintMerger(nodes: nodes, options: MergeOptions(policy: policy, semantics: semantics))
        if Bool.random(using: &random) || format == .goPairs {
            lines.append(writer.version(format == .sentences ? "v1.20.4" : "v1.27.3"))
        }
        lines.append(writer.start(policy: policy.rawValue, scope: "container"))
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let providers = Self.providers(nodes, &random)
            let decision = merger.merge(
                providers.joined().map { resource, hints in
                    ResourceAnswer(
                        ResourceName(resource),
                        hints.map { $0.isEmpty ? .impossible(Reason("none")) : .hints($0) } ?? .any)
                })
            let container = Bool.random(using: &random) ? "app" : nil
            let pod = WrittenDecision(
                "pod-\(number)", uid: "00000000-0000-4000-8000-00000000000\(number)", container: container, providers,
                best: decision.best, admitted: decision.admits)
            lines += writer.lines(pod)
            names.append("default/pod-\(number) \(container ?? "")")
            if Bool.random(using: &random) {
                lines.append(writer.line("kubelet.go:1", "\"SyncLoop ADD\" pods=[\"a/b\"]"))
            }
        }
    }

    private static func providers(
        _ nodes: NUMANodeMask, _ random: inout SeededGenerator
    ) -> [[(resource: String, hints: WrittenDecision.Hints)]] {
        let names = [["vendor.com/gpu", "vendor.com/nic"], ["cpu"], ["hugepages-2Mi", "memory"]]
        return names.map { names in
            if Int.random(in: 0..<4, using: &random) == 0 { return [] }
            return names.map { name in (name, hints(nodes, &random)) }
        }
    }

    private static func hints(_ nodes: NUMANodeMask, _ random: inout SeededGenerator) -> WrittenDecision.Hints {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return nil
        case 1: return []
        default:
            return (0..<Int.random(in: 1...5, using: &random)).map { _ in
                let mask = NUMANodeMask(nodes.filter { _ in Bool.random(using: &random) })
                return TopologyHint(
                    nodes: mask.isEmpty ? NUMANodeMask([0]) : mask, isPreferred: Bool.random(using: &random))
            }
        }
    }
}
