// SPDX-License-Identifier: Apache-2.0

import Foundation
import MachineTopology
import NUMACore
import TestSupport
import Testing

@Suite("Broken machines")
struct BrokenXMLTests {
    private static let head = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE topology SYSTEM "hwloc2.dtd">
        <topology version="2.0">

        """
    private static let sets = """
        cpuset="0x1" complete_cpuset="0x1" allowed_cpuset="0x1" nodeset="0x1" complete_nodeset="0x1" \
        allowed_nodeset="0x1"
        """

    static let broken: [String] = [
        "", "not XML", "<topology>", "<html></html>", head, head + "</topology>",
        head + "<object type=\"Machine\"/></topology>",
        head + "<object type=\"Nonsense\" os_index=\"0\"/></topology>",
        head + "<object type=\"Machine\" os_index=\"0\" \(sets) gp_index=\"1\"></topology>",
        head + "<object type=\"Machine\" os_index=\"0\" \(sets) gp_index=\"1\"/></topology>",
        head.replacingOccurrences(of: "2.0", with: "9.0") + "<object type=\"Machine\" \(sets)/></topology>",
        head + String(repeating: "<object type=\"Group\" \(sets)>", count: 200_000),
        head + "<object type=\"Machine\" os_index=\"0\" cpuset=\"0xf...f\" gp_index=\"1\"/></topology>",
    ]

    @Test("a broken XML is one clear line", arguments: broken.indices)
    func brokenXML(place: Int) throws {
        try withFile(Data(Self.broken[place].utf8)) { path in
            expectOneLine { try MachineReader.read(.xml(path: path)) }
        }
    }

    @Test(
        "a broken description is one clear line",
        arguments: [
            "", "nonsense", "pack:0", "pack:-1", "pack:2", "numa:2(indexes=0,0) pu:2x", "pu:99999999999",
            "a\0b",
        ])
    func brokenSynthetic(text: String) {
        expectOneLine { try MachineReader.read(.synthetic(text)) }
    }

    @Test("a source that is not there, or nothing of ours")
    func brokenSources() throws {
        for text in ["", "/no/such/file", "/dev/null", "/etc/passwd"] {
            expectOneLine { try MachineReader.read(MachineSource(text)) }
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        for path in ["", "sys", "sys/devices/system/cpu"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(path), withIntermediateDirectories: true)
            expectOneLine { try MachineReader.read(.folder(path: folder.path)) }
        }
    }

    @Test("an XML that is cut or has flipped bits is read or refused, and ends nothing")
    func damaged() throws {
        let whole = try Data(
            contentsOf: TestEnvironment.root.appendingPathComponent("Examples/machines/two-socket.xml"))
        let seed = TestEnvironment.seed
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        let cases = TestEnvironment.cases(80)
        for number in 0..<cases {
            var data = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                data[Int.random(in: data.indices, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            if number % 5 == 0 { data = data.prefix(Int.random(in: 0..<data.count, using: &generator)) }
            try withFile(data) { path in
                do {
                    let machine = try MachineReader.read(.xml(path: path))
                    #expect(!machine.nodes.isEmpty, "seed \(seed), case \(number)")
                } catch let error as NUMAHintsError {
                    refused += 1
                    #expect(!error.description.contains("\n"), "seed \(seed), case \(number)")
                }
            }
        }
        print("damaged XML: seed \(seed), \(cases) cases, \(refused) refused")
    }

    private func withFile(_ data: Data, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xml")
        defer { try? FileManager.default.removeItem(at: file) }
        try data.write(to: file)
        try body(file.path)
    }

    private func expectOneLine(_ body: () throws -> Machine) {
        let error = #expect(throws: NUMAHintsError.self) { _ = try body() }
        guard let error else { return }
        #expect(!error.description.contains("\n") && error.description.count > 10, "\(error)")
        #expect([2, 3].contains(error.code.exitStatus))
    }
}
