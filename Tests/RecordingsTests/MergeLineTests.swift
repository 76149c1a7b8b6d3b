// SPDX-License-Identifier: Apache-2.0

import Foundation
import HintMerge
import NUMACore
import Recordings
import TestSupport
import Testing

@Suite("Merge lines")
struct MergeLineTests {
    private static let valid = """
        {"id":"a","policy":"restricted","options":{"preferClosestNUMA":true},"numaNodes":[1,3],\
        "distances":[[0,10,0,20],[0,21,0,10]],"providers":[null,{},{"cpu":[{"nodes":[1],"preferred":true},\
        {"nodes":null,"preferred":false}],"b":null,"a":[]}],\
        "expect":{"admit":true,"best":{"nodes":[1],"preferred":true}}}
        """

    @Test("a line with everything in it")
    func everything() throws {
        let line = try MergeLine(Data(Self.valid.utf8))
        #expect(line.id == "a")
        #expect(line.policy == "restricted")
        #expect(line.prefersClosestNUMANodes)
        #expect(line.nodes == [1, 3])
        #expect(line.distances == Distances(nodes: [1, 3], rows: [[10, 20], [21, 10]]))
        #expect(line.answers.map(\.resource) == ["a", "b", "cpu"])
        #expect(line.answers[1].placement == .any)
        #expect(
            line.answers[2].placement
                == .hints([
                    TopologyHint(nodes: [1], isPreferred: true), TopologyHint(nodes: nil, isPreferred: false),
                ]))
        #expect(line.expectation?.admits == true)
        #expect(line.expectation?.best == TopologyHint(nodes: [1], isPreferred: true))
    }

    @Test(
        "broken lines say what is wrong",
        arguments: [
            ("", "not a JSON object"),
            ("nonsense", "not a JSON object"),
            ("[]", "the line: expected an object"),
            ("7", "the line: expected an object"),
            (#"{"policy":"none"}"#, "the line: \"id\" is missing"),
            (#"{"id":"a"}"#, "the line: \"policy\" is missing"),
            (#"{"id":1,"policy":"none"}"#, "id: expected a string"),
            (
                #"{"id":"a","policy":"strict"}"#,
                "unknown policy \"strict\", expected none, best-effort, restricted, single-numa-node"
            ),
            (
                #"{"id":"a","policy":"restricted"}"#,
                "numaNodes is empty, expected the node ids of the machine"
            ),
            (
                #"{"id":"a","policy":"restricted","numaNodes":[-1]}"#,
                "numaNodes: node -1, expected a number from 0 to 4095"
            ),
            (
                #"{"id":"a","policy":"restricted","numaNodes":[0],"providers":[{"cpu":[{"nodes":[99999999],"preferred":true}]}]}"#,
                "providers[0].cpu: node 99999999, expected a number from 0 to 4095"
            ),
            (
                #"{"id":"a","policy":"restricted","numaNodes":[0],"providers":[{"cpu":[{"nodes":[0]}]}]}"#,
                "providers[0].cpu[0]: \"preferred\" is missing"
            ),
            (
                #"{"id":"a","policy":"restricted","numaNodes":[0],"providers":[{"cpu":[{"nodes":0,"preferred":true}]}]}"#,
                "providers[0].cpu[0].nodes: expected a list"
            ),
            (
                #"{"id":"a","policy":"restricted","numaNodes":[0,1],"distances":[[10,20]]}"#,
                "distances has 1 rows, expected one for each of 2 nodes"
            ),
            (
                #"{"id":"a","policy":"restricted","numaNodes":[0,2],"distances":[[10,20],[20,10]]}"#,
                "distances of node 0 have 2 columns, expected one for node 2"
            ),
            (
                #"{"id":"a","policy":"none","expect":{"admit":1,"best":{"preferred":true}}}"#,
                "expect.admit: expected true or false"
            ),
        ])
    func broken(text: String, message: String) {
        let error = #expect(throws: NUMAHintsError.self) { try MergeLine(Data(text.utf8)) }
        #expect(error?.message == message)
        #expect(error?.code == .input)
    }

    private static func read(_ bytes: [UInt8]) -> Result<MergeLine, NUMAHintsError> {
        Result { () throws(NUMAHintsError) in try MergeLine(Data(bytes)) }
    }

    @Test("cut and damaged lines are read or refused, and merged, without a trap")
    func damaged() {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let whole = Array(Self.valid.utf8)
        for _ in 0..<TestEnvironment.cases(2000) {
            var bytes = whole
            if Bool.random(using: &random) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
            }
            let result = Self.read(bytes)
            if bytes.starts(with: #"{"id""#.utf8) {
                // An escape sends the line the slow way.
                let slow = Self.read(Array(#"{"\u0069d""#.utf8) + bytes.dropFirst(5))
                #expect(result == slow, "\(String(decoding: bytes, as: UTF8.self))")
            }
            guard case .success(let line) = result else { continue }
            let options = MergeOptions(policy: Policy(rawValue: line.policy) ?? .none)
            _ = HintMerger(nodes: line.nodes, distances: line.distances, options: options).merge(line.answers)
        }
    }

    @Test("gzip: read, damaged, too large")
    func gzip() throws {
        // Made by `printf hello | gzip -n`.
        let hello: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6, 0x10, 0x36, 5,
            0, 0, 0,
        ]
        #expect(try Gzip.inflated(Data(hello), file: "f") == Data("hello".utf8))
        #expect(try Gzip.inflated(Data("hello".utf8), file: "f") == Data("hello".utf8))
        let large = #expect(throws: NUMAHintsError.self) {
            try Gzip.inflated(Data(hello), file: "f", limit: 4)
        }
        #expect(large?.message.contains("holds more than 4") == true)
        for count in 2..<hello.count - 8 {
            #expect(throws: NUMAHintsError.self) { try Gzip.inflated(Data(hello.prefix(count)), file: "f") }
        }
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<200 {
            var bytes = hello
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
            _ = try? Gzip.inflated(Data(bytes), file: "f")
        }
    }
}
