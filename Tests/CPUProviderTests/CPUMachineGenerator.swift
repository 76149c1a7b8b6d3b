// SPDX-License-Identifier: Apache-2.0

import CPUProvider
import NUMACore
import TestSupport

/// Makes machines, pools and settings for the laws, from a seed.
struct CPUMachineGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    mutating func isTrue() -> Bool { Bool.random(using: &generator) }

    /// Sockets of several nodes, or nodes of several sockets; one in four has sockets of unequal size, and
    /// CPU numbers are mixed or go node by node.
    mutating func cpus() -> [Machine.CPU] {
        let (sockets, nodes) = (number(1...4), number(1...2))
        let nodeSpansSockets = number(0...5) == 0
        let (cores, threads, cachesPerNode) = (number(1...6), number(1...2), number(1...2))
        let isUneven = number(0...3) == 0
        var all: [(socket: Int, node: Int, cache: Int)] = []
        for socket in 0..<sockets {
            for node in 0..<nodes {
                let place = nodeSpansSockets ? socket / 2 : socket * nodes + node
                for core in 0..<(isUneven ? number(1...6) : cores) {
                    all.append((socket, place, (socket * nodes + node) * cachesPerNode + core % cachesPerNode))
                }
            }
        }
        let ids = isTrue() ? nil : Array(0..<all.count * threads).shuffled(using: &generator)
        var cpus: [Machine.CPU] = []
        for (place, core) in all.enumerated() {
            let own = (0..<threads).map { ids?[place * threads + $0] ?? place * threads + $0 }
            for id in own {
                cpus.append(
                    Machine.CPU(
                        id: id, node: core.node, socket: core.socket, die: core.socket, cache: core.cache,
                        core: own.min() ?? id))
            }
        }
        return cpus.sorted { $0.id < $1.id }
    }

    /// Some of the CPUs; often all of them.
    mutating func pool(of cpus: [Machine.CPU]) -> CPUSet {
        let share = [100, 100, 80, 50, 20][number(0...4)]
        return CPUSet(cpus.map(\.id).filter { _ in number(1...100) <= share })
    }

    /// Each option that changes what is given, on or off.
    mutating func options() -> [CPUSettings.Option] { CPUSettings.Option.allCases.filter { _ in number(0...3) == 0 } }

    /// A machine of such CPUs.
    static func machine(_ cpus: [Machine.CPU]) -> Machine {
        let nodes = NUMANodeMask(cpus.map(\.node)).map { node in
            let own = CPUSet(cpus.filter { $0.node == node }.map(\.id))
            return Machine.Node(id: node, cpus: own, localCPUs: own, memoryBytes: 0)
        }
        return Machine(nodes: nodes, cpus: cpus)
    }
}
