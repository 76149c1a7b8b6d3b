// SPDX-License-Identifier: Apache-2.0

import HintMerge
import KubeletLog
import NUMACore
import TestSupport
import Testing

/// Lines of every version become decisions, whatever stands before, between and after them.
@Suite struct KubeletLogReaderTests {
    private static let sample = WrittenDecision(
        "web",
        [
            [],
            [("cpu", [TopologyHint(nodes: [0], isPreferred: true), TopologyHint(nodes: [0, 1], isPreferred: false)])],
            [("a.b/c", nil), ("d.e/f", [])],
        ], best: TopologyHint(nodes: [0, 1], isPreferred: false), admitted: false)

    @Test("each form of log says the same", arguments: LogFormat.allCases)
    func forms(_ format: LogFormat) throws {
        let decision = try #require(LogWriter(format: format).lines(Self.sample).decisions().first)
        #expect(decision.pod.label == "default/web" && decision.container == "app" && !decision.isWholePod)
        #expect(decision.pod.uid == (format == .goPairs ? nil : Self.sample.uid))
        #expect(decision.providers.map { $0.answers?.map(\.resource) ?? ["?"] } == [[], ["cpu"], ["a.b/c", "d.e/f"]])
        #expect(decision.providers[1].answers?[0].placement == .hints(Self.sample.providers[1][0].hints ?? []))
        #expect(decision.providers[2].answers?.map(\.placement) == [.noPreference, .impossible])
        #expect(decision.best?.hint == Self.sample.best && decision.verdict == .refused)
        #expect(!decision.isCut)
    }

    @Test(
        "what journald, a runtime or a file puts before a line does not matter",
        arguments: [
            "Dec 29 15:13:13 node2 kubelet[117175]: ", "Oct  4 16:57:28 ip-192-168-160-221 kubelet: ",
            "2021-05-26T15:47:20+0800 host kubelet[12]: ", "2024-01-01T00:00:00.1Z stderr F ", "    ",
            "4月 01 21:12:25 k8s kubelet[1]: ",
        ])
    func prefixes(_ prefix: String) {
        for format in LogFormat.allCases {
            let plain = LogWriter(format: format).lines(Self.sample).decisions()
            #expect(LogWriter(format: format, prefix: prefix).lines(Self.sample).decisions() == plain, "\(format)")
        }
    }

    @Test("line ends of other systems, blank lines and lines of others do not matter", arguments: LogFormat.allCases)
    func noise(_ format: LogFormat) {
        let lines = LogWriter(format: format).lines(Self.sample)
        #expect(lines.decisions(end: "\r\n") == lines.decisions())
        let others = [
            "", "panic: Error", "I0128 09:15:04.1 1 proxier.go:12] \"Topology aware hints\" x={", "{\"msg\":\"Topology",
            "\u{0}Topology",
        ]
        let noisy = lines.flatMap { others + [$0] }.decisions()
        #expect(noisy.map(\.best) == lines.decisions().map(\.best))
        #expect(noisy.map { $0.providers.map(\.answers) } == lines.decisions().map { $0.providers.map(\.answers) })
    }

    @Test("a log may come in pieces of any size", arguments: LogFormat.allCases)
    func pieces(_ format: LogFormat) {
        let lines = LogWriter(format: format).lines(Self.sample)
        let bytes = Array(lines.joined(separator: "\n").utf8)
        for size in [1, 7, 4096] {
            var reader = KubeletLogReader()
            var found: [LoggedDecision] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += reader.take(Array(bytes[start..<min(bytes.count, start + size)]))
            }
            found += reader.finish()
            #expect(found == lines.decisions(), "\(size)")
            #expect(reader.lineCount == lines.count)
        }
    }

    @Test("pods whose lines are mixed are kept apart where lines name them")
    func interleaved() {
        var (first, second) = (Self.sample, Self.sample)
        (first.admitted, second.admitted) = (true, true)
        (second.name, second.uid) = ("other", "27a7e589-4c5e-4c47-813e-be1a118d3d80")
        let writer = LogWriter(format: .jsonPairs)
        func named(_ decision: WrittenDecision) -> [String] {
            writer.lines(decision).filter { !$0.contains("Hint Provider") && !$0.contains("ContainerTopologyHint") }
        }
        let mixed = zip(named(first), named(second)).flatMap { [$0, $1] }
        let decisions = mixed.decisions()
        #expect(decisions.map(\.pod.label) == ["default/web", "default/other"])
        #expect(decisions.map(\.pod.uid) == [first.uid, second.uid])
        #expect(decisions.map(\.providers.count) == [3, 3])
        #expect(decisions.map(\.verdict) == [.admitted, .admitted])
        #expect(decisions.allSatisfy { !$0.isCut })
    }

    @Test("a pod that is tried again has a decision for each try", arguments: LogFormat.allCases)
    func retries(_ format: LogFormat) {
        let lines = LogWriter(format: format).lines(Self.sample)
        let decisions = (lines + lines + lines.dropFirst()).decisions()
        #expect(decisions.map(\.providers.count) == [3, 3, 3])
        #expect(decisions.map(\.verdict) == [.refused, .refused, .refused])
        #expect(decisions.map(\.firstLine) == [2, lines.count + 2, 2 * lines.count + 1])
    }

    @Test("containers of one pod are decisions of their own, a whole pod is one", arguments: LogFormat.allCases)
    func scopes(_ format: LogFormat) throws {
        let writer = LogWriter(format: format)
        var (first, second) = (Self.sample, Self.sample)
        (first.admitted, second.container) = (true, "sidecar")
        let containers = (writer.lines(first) + writer.lines(second).dropFirst()).decisions()
        #expect(containers.map(\.container) == ["app", "sidecar"])
        #expect(containers.map(\.verdict) == [.admitted, .refused])
        #expect(containers.allSatisfy { !$0.isCut && $0.pod.uid == containers[0].pod.uid })
        var whole = Self.sample
        (whole.container, whole.admitted) = (nil, true)
        var lines = writer.lines(whole)
        let told = try #require(lines.last)
        // Each container is told, with its name.
        lines.append(told)
        let pod = lines.decisions()
        #expect(pod.map(\.isWholePod) == [true] && pod.map(\.container) == [nil])
        #expect(pod.map(\.verdict) == [.admitted])
    }

    @Test("names of 1.18 and 1.19: hints by name, what is admitted by UID")
    func halves() {
        let writer = LogWriter(format: .sentences)
        let lines = [
            "[topologymanager] Topology Admit Handler",
            "[topologymanager] TopologyHints for pod 'web', container 'app': map[cpu:[{01 true}]]",
            "[topologymanager] ContainerTopologyHint: {01 true}",
            "[topologymanager] Topology Affinity for (pod: 9388acc6-a396-4f03-a353-ce153da46aaf container: app): {01 true}",
        ].map { writer.line("topology_manager.go:233", $0) }
        let decisions = lines.decisions()
        #expect(decisions.map(\.pod) == [PodReference(name: "web", uid: "9388acc6-a396-4f03-a353-ce153da46aaf")])
        #expect(decisions.map(\.verdict) == [.admitted])
    }

    @Test("masks of 1.16, all 64 digits long, without hints")
    func longMasks() {
        let writer = LogWriter(format: .sentences)
        let mask = String(repeating: "0", count: 61) + "111"
        let lines = [
            "[topologymanager] Topology Admit Handler", "[topologymanager] ContainerTopologyHint: {\(mask) true}",
            "[topologymanager] Topology Affinity for Pod: 4ad6fb37-509d-4ea6-845c-875ce41049f9 are map[example:{\(mask) true}]",
        ].map { writer.line("topology_manager.go:285", $0) }
        let decisions = lines.decisions()
        #expect(decisions.map(\.pod.label) == ["uid/4ad6fb37-509d-4ea6-845c-875ce41049f9"])
        #expect(decisions.map(\.container) == ["example"])
        #expect(decisions.map { $0.best?.hint } == [TopologyHint(nodes: [0, 1, 2], isPreferred: true)])
        #expect(lines.reviews().map(\.outcome) == [.notRedone("the log has no hints of it")])
    }

    @Test(
        "what cannot be read is said, with what stands there",
        arguments: [
            ("map[cpu:[{0xc000123450 true}]]", "the mask of cpu in line 1 is not readable: 0xc000123450"),
            ("map[cpu:[{12 true}]]", "the mask of cpu in line 1 is not readable: 12"),
            (
                "{\"cpu\":[{\"NUMANodeAffinity\":18446744073709551616,\"Preferred\":true}]}",
                "the mask of cpu in line 1 is not readable: 18446744073709551616"
            ),
            (
                "{\"cpu\":[{\"NUMANodeAffinity\":{},\"Preferred\":true}]}",
                "the mask of cpu in line 1 is not readable: an object"
            ),
            ("map[cpu:[{01 maybe}]]", "the mask of cpu in line 1 is not readable: an object"),
            ("map[cpu:0xc000123450]", "the mask of cpu in line 1 is not readable: 0xc000123450"),
            ("map[cpu:[{01 true}", "the hints of line 1 cannot be read"),
            ("7", "the hints of line 1 cannot be read"),
        ])
    func unreadable(_ hints: String, _ complaint: String) {
        let writer = LogWriter(format: .goPairs)
        let lines = [
            "\"TopologyHints\" hints=\(hints) pod=\"a/b\" containerName=\"c\"",
            "\"Best TopologyHint\" bestHint={NUMANodeAffinity:01 Preferred:true} pod=\"a/b\" containerName=\"c\"",
        ].map { writer.line("scope_container.go:75", $0) }
        let reviews = lines.reviews()
        if hints.hasSuffix("{01 true}") {
            // The rest of the line is lost with its brackets, and the name of the pod with it.
            #expect(reviews.map(\.outcome) == [.notRedone("the log has no hints of it")])
        } else {
            #expect(reviews.map(\.outcome) == [.notRedone(complaint)], "\(reviews.map(\.outcome))")
        }
    }

    @Test("masks of up to 1,024 nodes are read, wider ones are not")
    func wideMasks() {
        for (count, isReadable) in [(65, true), (1024, true), (1025, false)] {
            let mask = "1" + String(repeating: "0", count: count - 1)
            let line = LogWriter(format: .sentences).line(
                "scope_container.go:80",
                "[topologymanager] TopologyHints for pod 'a_b(c)', container 'd': map[cpu:[{\(mask) true}]]")
            let placement = [line].decisions().first?.providers.first?.answers?.first?.placement
            let wide = LoggedAnswer.Placement.hints([TopologyHint(nodes: [count - 1], isPreferred: true)])
            #expect((placement == wide) == isReadable, "\(count)")
        }
    }

    @Test(
        "an empty list without the line that explains it can be both, and either may agree", arguments: [true, false])
    func emptyList(_ isImpossible: Bool) {
        let best = TopologyHint(nodes: isImpossible ? [0, 1] : [0], isPreferred: !isImpossible)
        let decision = WrittenDecision(
            "web", [[("cpu", [TopologyHint(nodes: [0], isPreferred: true)]), ("sgx.intel.com/enclave", [])]],
            best: best, admitted: nil)
        let lines = LogWriter(format: .goPairs).lines(decision).filter { !$0.contains("Hint Provider") }
        let known = KnownSettings(policy: .restricted, nodes: [0, 1])
        #expect(lines.reviews(known).first?.decision.providers[0].answers?[1].placement == .nothing)
        #expect(
            lines.reviews(known).first?.outcome
                == (isImpossible
                    ? .differs("the log has {0-1}, not preferred, the rule gives {0}, preferred") : .agrees))
    }

    @Test("the log's own policy, version and number of nodes count, and each start of a kubelet begins anew")
    func settings() {
        let writer = LogWriter(format: .goPairs)
        let decision = WrittenDecision(
            "web", [[("cpu", [TopologyHint(nodes: [0], isPreferred: true)])]],
            best: TopologyHint(nodes: [0], isPreferred: true), admitted: true)
        let topology = writer.line(
            "policy_static.go:1", "\"Detected CPU topology\" topology={\"NumCPUs\":8,\"NumNUMANodes\":4}")
        let lines =
            [writer.version("v1.22.0"), writer.start(policy: "restricted", scope: "container"), topology]
            + writer.lines(decision) + [writer.version("v1.28.1")] + writer.lines(decision)
        let reviews = lines.reviews()
        #expect(reviews.map(\.settings.policies) == [[.restricted], [.bestEffort, .restricted, .singleNUMANode]])
        #expect(reviews.map(\.settings.policySource) == [.line(2), .tried])
        #expect(reviews.map(\.settings.semantics) == [[.kubelet1_23], [.current]])
        #expect(reviews.map(\.settings.nodesSource) == [.line(3), .masks])
        #expect(reviews[0].redone?.nodes == [0, 1, 2, 3])
        #expect(reviews.map(\.outcome) == [.agrees, .agrees])
        let restarted = ["restricted", "best-effort"].flatMap { policy in
            [writer.start(policy: policy, scope: "container")] + writer.lines(decision)
        }
        #expect(restarted.reviews().map(\.settings.policies) == [[.restricted], [.bestEffort]])
        let given = lines.reviews(KnownSettings(policy: .singleNUMANode, semantics: .current, nodes: [0, 1]))
        #expect(given.map(\.settings.policySource) == [.given, .given])
        #expect(given[0].notes == ["line 2 says policy restricted, single-numa-node was given"])
    }

    @Test("distances that are not known are asked for where the result hangs on them")
    func distances() throws {
        let decision = WrittenDecision(
            "web",
            [
                [("cpu", [[0, 1], [0, 2], [1, 2]].map { TopologyHint(nodes: $0, isPreferred: true) })]
            ], best: TopologyHint(nodes: [0, 2], isPreferred: true), admitted: true)
        let writer = LogWriter(format: .jsonPairs)
        let start = writer.line(
            "topology_manager.go:141",
            "\"Creating topology manager with policy per scope\" topologyPolicyName=\"restricted\" "
                + "topologyScopeName=\"container\" topologyPolicyOptions={\"PreferClosestNUMA\":true,\"MaxAllowableNUMANodes\":8}"
        )
        let lines = [start] + writer.lines(decision)
        guard case .notRedone(let why)? = lines.reviews().first?.outcome else {
            Issue.record("redone without distances")
            return
        }
        #expect(why.hasPrefix("prefer-closest-numa-nodes is on"))
        let known = try #require(Distances(nodes: [0, 1, 2], rows: [[10, 21, 12], [21, 10, 21], [12, 21, 10]]))
        #expect(lines.reviews(KnownSettings(nodes: [0, 1, 2], distances: known)).map(\.outcome) == [.agrees])
    }

    @Test("what went wrong after the decision is told")
    func failures() {
        let writer = LogWriter(format: .jsonPairs)
        var decision = Self.sample
        decision.admitted = true
        let event = writer.line(
            "event.go:307",
            "\"Event occurred\" object=\"default/web\" kind=\"Pod\" type=\"Warning\" reason=\"UnexpectedAdmissionError\" "
                + "message=\"Allocate failed due to no memory\"")
        let reviews = (writer.lines(decision) + [event]).reviews()
        #expect(reviews.map(\.decision.verdict) == [.admitted])
        #expect(
            reviews.map(\.notes) == [
                ["after that it failed (UnexpectedAdmissionError, line 10): Allocate failed due to no memory"]
            ])
    }

    @Test("what controls a terminal is not passed on")
    func terminal() {
        let hostile = "\"TopologyHints\" hints={} pod=\"a/b\\u001b[2J\\n\u{1B}[31m\u{202E}\" containerName=\"c\\r\""
        let lines = [LogWriter(format: .jsonPairs).line("scope_container.go:75", hostile)]
        let decisions = lines.decisions()
        #expect(decisions.map(\.pod.label) == ["a/b\u{FFFD}[2J\u{FFFD}\u{FFFD}[31m\u{FFFD}"])
        #expect(decisions.map(\.container) == ["c\u{FFFD}"])
    }

    @Test("more pods than are kept open come out in order, each once")
    func many() {
        let writer = LogWriter(format: .json)
        let lines = (0..<200).flatMap { number -> [String] in
            var decision = Self.sample
            (decision.name, decision.uid) = ("web-\(number)", "uid-\(number)")
            return writer.lines(decision)
        }
        #expect(lines.decisions().map(\.pod.label) == (0..<200).map { "default/web-\($0)" })
    }
}
