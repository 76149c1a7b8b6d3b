// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import TestSupport
import Testing

@testable import CPUProvider

/// Where the kubelet does not do what it says.
@Suite("CPUKubeletCompat")
struct CPUKubeletCompatTests {
    private func given(_ provider: inout CPUProvider, _ count: UInt64, _ pod: String = "pod") throws -> String {
        let request = ResourceRequest.container([.cpu: count * 1000], pod: pod)
        return try provider.prepare(request, .on(nil)).reduce(CPUSet()) { sum, piece in
            if case .cpus(let cpus) = piece.piece { sum.union(cpus) } else { sum }
        }.list
    }

    @Test("memory of four, six, seven and eight elements is shared with siblings")
    func overwritten() {
        func kept(_ kept: [Int], _ visited: [Int]) -> Bool {
            OverwrittenCombination.kept(kept, after: visited) == visited
        }
        #expect(kept([0, 1, 2, 3], [0, 1, 2, 5]) && !kept([0, 1, 2, 3], [0, 1, 3, 4]))
        #expect(!kept([0, 1, 2], [0, 1, 3]) && !kept([0, 1, 2, 3, 4], [0, 1, 2, 3, 5]))
        #expect(kept([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 7]) && !kept([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 6, 7]))
        #expect(kept([0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 7, 8]))
        #expect(!kept([], [0]) && !kept([0], [1]) && !kept([0, 1], [0, 2]))
    }

    @Test(
        "over six of eight nodes, the kubelet ends with another last node",
        arguments: [
            ("none", "0-17,20-37,40-57,60-77,80-97,100-117"), ("kubelet", "0-17,20-37,40-57,60-77,80-97,140-157"),
        ])
    func distributed(_ compat: String, _ expected: String) throws {
        let context = ProviderContext(
            machine: MachineBuilder(nodes: 8, cores: 20).machine,
            settings: #"{"options": {"distribute-cpus-across-numa": true}, "compat": "\#(compat)"}"#)
        var provider = try CPUProvider(context: context)
        #expect(try given(&provider, 108) == expected)
    }

    @Test("a socket with as many free CPUs as the mean is not taken for free", arguments: ["none", "kubelet"])
    func unevenSockets(_ compat: String) throws {
        var builder = MachineBuilder()
        builder.add(node: 0, cores: 2)
        builder.add(node: 1, cores: 6)
        let context = ProviderContext(machine: builder.machine, settings: #"{"compat": "\#(compat)"}"#)
        var provider = try CPUProvider(context: context)
        let first = ResourceRequest.container([.cpu: 2000], pod: "first")
        #expect(try provider.prepare(first, .on([1])) == [Assignment(.cpu, .cpus([2, 3]))])
        #expect(try given(&provider, 6) == "0-1,4-7")
    }
}
