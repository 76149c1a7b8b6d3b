// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("numa-hints topology")
struct TopologyCommandTests {
    static let recordings = ["vm-2node-gpus", "vm-4node-sriov", "vm-8node-ring"]

    @Test("each recording gives its golden listing", arguments: recordings)
    func golden(name: String) throws {
        let result = try numaHints("topology", "--machine", "Tests/Machines/\(name).tar.gz", "-o", "json")
        let golden = TestEnvironment.root.appendingPathComponent("Tests/Machines/\(name).json")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        // Names come from the system's list of PCI ids, which grows.
        func unnamed(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { !$0.contains("\"name\" :") }
        }
        #expect(unnamed(result.output) == unnamed(try String(contentsOf: golden, encoding: .utf8)))
    }

    @Test("the environment of hwloc does not change which machine is read")
    func environment() throws {
        let variables = [
            "HWLOC_SYNTHETIC": "numa:7 pu:1", "HWLOC_FSROOT": "/nonexistent", "HWLOC_XMLFILE": "/x",
        ]
        let plain = try numaHints("topology", "-o", "json")
        let changed = try numaHints("topology", "-o", "json", environment: variables)
        func nodes(_ text: String) -> Int { text.components(separatedBy: "\"localCpus\"").count }
        #expect(plain.status == 0)
        #expect(nodes(plain.output) == nodes(changed.output))
    }

    @Test("the matrix says how near devices are to each other")
    func matrix() throws {
        let sriov = "Tests/Machines/vm-4node-sriov.tar.gz"
        let result = try numaHints("topology", "--matrix", "--machine", sriov)
        #expect(result.status == 0 && result.errors == "")
        // Without the labels, whose names come from the system's list of PCI ids.
        let shown = result.output.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("  0000:") }.joined(separator: "\n").replacing("\n\n\n", with: "\n\n")
        #expect(
            shown == """
                      ACC0  NIC0  NIC1  NIC2  NIC3  NUMA
                ACC0  X     SYS   SYS   SYS   SYS   0
                NIC0  SYS   X     PIX   PIX   PIX   1
                NIC1  SYS   PIX   X     PIX   PIX   1
                NIC2  SYS   PIX   PIX   X     PIX   1
                NIC3  SYS   PIX   PIX   PIX   X     1

                PIX  at most one PCIe switch
                SYS  another NUMA node

                """)
        let function = result.output.split(separator: "\n").first { $0.hasPrefix("NIC1  0000:49:10.0  ") }
        #expect(function?.contains("82576 Virtual Function") ?? false, "\(result.output)")
        #expect(function?.hasSuffix("function of 0000:49:00.0") ?? false, "\(result.output)")
        let data = try numaHints("topology", "--matrix", "--machine", sriov, "-o", "json")
        #expect(data.status == 0 && data.output.contains("\"proximity\""))
        let none = try numaHints("topology", "--matrix", "--machine", "synthetic:\"numa:2 pu:2\"")
        #expect(none.status == 0 && none.output == "no devices that anybody asks for\n")
    }

    @Test("unknown values are there as null")
    func nulls() throws {
        let result = try numaHints(
            "topology", "--machine", "synthetic:\"pack:1 pu:2\"", "-o", "json")
        #expect(result.output.contains("\"distances\" : null"))
        #expect(result.output.contains("\"memoryKind\" : null"))
        #expect(result.output.contains("\"schemaVersion\" : 1"))
    }

    @Test(
        "bad input is one line and exit 2",
        arguments: ["/no/such", "synthetic:nonsense", "/dev/null", "Package.swift", "Sources", ""])
    func badInput(machine: String) throws {
        let result = try numaHints("topology", "--machine", machine)
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
}
