// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("numa-hints merge")
struct MergeCommandTests {
    private let vectors = TestEnvironment.root.appendingPathComponent("Tests/Vectors/topology-merge.jsonl.gz")

    private static let line = """
        {"id":"a \\"1\\"","policy":"restricted","numaNodes":[0,1],"providers":[{"cpu":[{"nodes":[1],"preferred":true}]}],\
        "expect":{"admit":false,"best":{"nodes":[1],"preferred":true}}}

        """

    @Test("one line of JSON a decision, in the order of the input")
    func decisions() throws {
        let result = try numaHints("merge", vectors.path)
        #expect(result.status == 0, "\(result.all)")
        let lines = result.output.split(separator: "\n")
        let ids = String(decoding: try vectorData("topology-merge.jsonl"), as: UTF8.self).split(separator: "\n").map {
            $0.prefix { $0 != "," }
        }
        #expect(lines.map { $0.prefix { $0 != "," } } == ids)
    }

    @Test("the exact form of a decision, from standard input")
    func form() throws {
        let none = #"{"id":"b","policy":"none"}"#
        let result = try numaHints("merge", "-", input: Data((Self.line + "\r\n" + none).utf8))
        #expect(
            result.output == """
                {"id":"a \\"1\\"","admit":true,"best":{"nodes":[1],"preferred":true}}
                {"id":"b","admit":true,"best":{"nodes":null,"preferred":false}}

                """)
        #expect(result.status == 0, "\(result.all)")
    }

    @Test("--check prints the ids that differ and exits 1")
    func check() throws {
        #expect(try numaHints("merge", "--check", vectors.path).all == "status 0\n")
        let result = try numaHints("merge", "--check", "-", input: Data(Self.line.utf8))
        #expect(result.all == "status 1\na \"1\"\n")
    }

    @Test("the rules of 1.23 can be asked for, others cannot")
    func semantics() throws {
        let line = """
            {"id":"a","policy":"restricted","numaNodes":[0,1],"providers":[{"gpu":[{"nodes":[0],"preferred":true}],\
            "cpu":[{"nodes":[0,1],"preferred":true}]}]}
            """
        let old = try numaHints("merge", "-", "--semantics", "kubelet-1.23", input: Data(line.utf8))
        #expect(old.output == #"{"id":"a","admit":true,"best":{"nodes":[0],"preferred":true}}"# + "\n")
        let current = try numaHints("merge", "-", input: Data(line.utf8))
        #expect(
            current.output == #"{"id":"a","admit":false,"best":{"nodes":[0],"preferred":false}}"# + "\n")
        #expect(try numaHints("merge", "-", "--semantics", "next").status == 2)
    }

    @Test("a bad line is reported with its number, the rest is done, exit 2")
    func badLine() throws {
        let input = Self.line + "{\n" + #"{"id":"c","policy":"strict"}"# + "\n" + Self.line
        let result = try numaHints("merge", "-", input: Data(input.utf8))
        #expect(result.status == 2)
        #expect(result.output.split(separator: "\n").count == 2)
        #expect(
            result.errors == """
                numa-hints: standard input:2: not a JSON object
                numa-hints: standard input:3: unknown policy "strict", expected none, best-effort, \
                restricted, single-numa-node

                """)
    }

    @Test("a file that is not there, or is no gzip, is one line and exit 2")
    func badFile() throws {
        let missing = try numaHints("merge", "/does/not/exist")
        #expect(missing.status == 2)
        #expect(missing.errors.hasPrefix("numa-hints: /does/not/exist: cannot be read"))
        let damaged = try numaHints("merge", "-", input: Data([0x1F, 0x8B, 1, 2, 3]))
        #expect(damaged.status == 2)
        #expect(damaged.errors == "numa-hints: standard input: the gzip file is damaged\n")
    }
}
