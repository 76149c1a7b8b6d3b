// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("numa-hints replay")
struct ReplayCommandTests {
    private static let example = "Examples/replay/two-pods.jsonl"

    /// The example's line with a piece of text replaced.
    private func line(_ text: String = "", with other: String = "") throws -> Data {
        let url = TestEnvironment.root.appendingPathComponent(Self.example)
        let line = try String(contentsOf: url, encoding: .utf8)
        #expect(text.isEmpty || line.contains(text))
        return Data((text.isEmpty ? line : line.replacingOccurrences(of: text, with: other)).utf8)
    }

    @Test("the example: one line with an answer for each step, equal each time")
    func example() throws {
        let result = try numaHints("replay", Self.example)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.hasPrefix(#"{"id":"two-pods","steps":[{"admit":true,"qosClass":"Guaranteed""#))
        #expect(result.output.split(separator: "\n").count == 1)
        #expect(try numaHints("replay", "-", input: try line()).output == result.output)
    }

    @Test("--check names sequence, step and field, and exits 1")
    func check() throws {
        let wrong = try line(#""uid":"database"},"#, with: #""uid":"database"},"#)
        #expect(try numaHints("replay", "--check", "-", input: wrong).all == "status 0\n")
        let expected = try line(
            #"{"op":"restart"}"#, with: #"{"op":"restart","expect":{"state":{"defaultCpuSet":"0-3"}}}"#)
        #expect(
            try numaHints("replay", "--check", "-", input: expected).all == """
                status 1
                two-pods: steps[6]: state.defaultCpuSet: "0-1,6-7,14-15", expected "0-3"

                """)
    }

    @Test(
        "a bad line is one clear line with its number, exit 2; the others are done",
        arguments: [
            (
                #""op":"restart""#, #""op":"reboot""#,
                #"steps[6]: unknown op "reboot", expected add, start, remove or restart"#
            ),
            (#""op":"start","uid":"database""#, #""op":"start""#, #"steps[3]: "uid" is missing"#),
            (#""op":"start","uid":"database""#, #""op":"start","uid":"nobody""#, "steps[3]: no pod nobody was added"),
            (
                #""topologyPolicy":"restricted""#, #""topologyPolicy":"strict""#,
                #"config.topologyPolicy: unknown "strict", expected none, best-effort, restricted, single-numa-node"#
            ),
            (
                #"{"id":"gpu-1","numa":[1]}"#, #"{"id":"gpu-1","numa":[7]}"#,
                "devices: example.org/gpu gpu-1 is on node 7, which is not there"
            ),
            (#""cpu":"6""#, #""cpu":"six""#, #"steps[0].pod.containers[0].limits: cpu is "six", expected a quantity"#),
            (#"[0,0,0,0,0]"#, #"[0,0,0,0]"#, "cpus: the row [0, 0, 0, 0], expected CPU, core, socket, node and cache"),
            (#"[0,0,0,0,0]"#, #"[0,0,0,9,0]"#, "cpus: CPU 0 is of node 9, which numaNodes does not have"),
            (#""distances":[10,21]"#, #""distances":[10]"#, "distances of node 0 have 1 columns"),
            (
                #""hugepages-2Mi""#, #""hugepages-2Xi""#,
                #"hugepages has "hugepages-2Xi", expected a name like hugepages-2Mi"#
            ),
            (#""id":"two-pods","#, "", #"the line: "id" is missing"#),
            (#"{"id":"two-pods""#, #"["id":"two-pods""#, "not a JSON object"),
        ])
    func badLine(_ text: String, _ other: String, _ message: String) throws {
        let good = try line()
        let result = try numaHints("replay", "-", input: good + line(text, with: other) + good)
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.hasPrefix("numa-hints: standard input:2: "), "\(result.errors)")
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.output.split(separator: "\n").count == 2)
    }

    /// What no recording shows: devices near to no node, CPUs that an earlier pod of the same uid left, whole cores
    /// after a restart, reserved CPUs chosen by the options, nine nodes, steps of pods that were refused.
    @Test("edges of the kubelet's behaviour, by its rules")
    func edges() throws {
        #expect(try numaHints("replay", "--check", "Tests/CommandTests/Fixtures/edges.jsonl").all == "status 0\n")
    }

    @Test("no line at all is bad input")
    func empty() throws {
        let result = try numaHints("replay", "--check", "-", input: Data("\n \n".utf8))
        #expect(result.all == "status 2\nnuma-hints: standard input: has no line; expected JSON Lines\n")
    }

    @Test("a number that cannot be is named", arguments: ["-1", "1.5", "18446744073709551616"])
    func oddNumber(_ number: String) throws {
        let result = try numaHints(
            "replay", "-", input: try line(#""memory":17179869184"#, with: #""memory":\#(number)"#))
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("numa-hints: standard input:1: machine.numaNodes[0].memory: "), "\(result.all)")
    }

    @Test("settings that a provider refuses are a fault of the line that says so")
    func badSettings() throws {
        let text = #""reservedCPUCount":2"#
        let result = try numaHints("replay", "-", input: try line(text, with: #""reservedCPUCount":99"#))
        #expect(result.status == 2, "\(result.all)")
        #expect(result.errors.contains("reservedMillicpus asks for 99 CPUs, and 16 can be used"), "\(result.errors)")
    }

    @Test("the same machine is one for topology and explain, with its devices and reservations")
    func machine() throws {
        let topology = try numaHints("topology", "--machine", "Examples/machines/two-node.json")
        #expect(
            topology.output.hasPrefix("Examples/machines/two-node.json: 2 nodes, 2 sockets, 8 cores, 16 CPUs, 32Gi"))
        let pod = ExplainCommandTests.pod("example.org/gpu: 1, cpu: 4, memory: 1Gi")
        let result = try numaHints("explain", "-", "--machine", "Examples/machines/two-node.json", input: pod)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("CPUs 2-5; "), "\(result.all)")
        #expect(result.output.contains("example.org/gpu gpu-0 on node 0"), "\(result.all)")
    }
}
