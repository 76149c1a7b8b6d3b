// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("machine")
struct MachineCommandTests {
    @Test("the list has each machine with its sizes, as text and as data")
    func list() throws {
        let text = try numaHints("machine", "list")
        #expect(text.status == 0)
        #expect(text.output.contains("gb200      34     144   1.6Ti   8        2 Grace sockets"), "\(text.all)")
        let data = try numaHints("machine", "list", "-o", "json")
        struct Report: Decodable {
            struct Entry: Decodable { var name: String; var nodes: Int }
            var machines: [Entry]
        }
        let report = try JSONDecoder().decode(Report.self, from: Data(data.output.utf8))
        #expect(report.machines.count == text.output.split(separator: "\n").count - 1)
        #expect(report.machines.first { $0.name == "nodes-64" }?.nodes == 64)
    }

    @Test("a machine is shown, decided on, and exported for others to read")
    func uses() throws {
        let shown = try numaHints("machine", "show", "gpu-8")
        #expect(shown.output.contains("sim:gpu-8: 2 nodes, 2 sockets, 112 cores, 224 CPUs"), "\(shown.all)")
        let explained = try numaHints(
            "explain", "Examples/pods/gpu-nic.yaml", "--machine", "sim:gpu-8", "--policy", "single-numa-node")
        #expect(explained.output.contains("gets nvidia.com/gpu 0000:13:00.0 on node 0"), "\(explained.all)")
        let folder = try PrivateFolder()
        let file = folder.url.appendingPathComponent("gpu-8.xml")
        let exported = try numaHints("machine", "export", "gpu-8")
        try Data(exported.output.utf8).write(to: file)
        let matrix = try numaHints("topology", "--matrix", "--machine", file.path)
        #expect(try matrix.output == numaHints("topology", "--matrix", "--machine", "sim:gpu-8").output)
        #expect(matrix.output.contains("PIX"))
    }

    @Test("a name that there is not is one line that says which there are")
    func unknown() throws {
        for arguments in [["machine", "show", "x"], ["machine", "export", "x"], ["topology", "--machine", "sim:x"]] {
            let result = try run(TestEnvironment.built.appendingPathComponent("numa-hints").path, arguments)
            #expect(result.status == 2 && result.output.isEmpty, "\(result.all)")
            #expect(
                result.errors.hasPrefix("numa-hints: no simulated machine \"x\": there are cxl, epyc-nps1"),
                "\(result.all)")
        }
    }
}
