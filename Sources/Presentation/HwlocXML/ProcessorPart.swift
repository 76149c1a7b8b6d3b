// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A part of a machine that holds CPUs, with those inside it.
struct ProcessorPart {
    /// From the outermost to the innermost: of parts with the same CPUs the first holds the others.
    enum Kind: String, CaseIterable {
        case machine = "Machine"
        case socket = "Package"
        case die = "Die"
        /// Holds the nodes that no other part does.
        case group = "Group"
        case cache = "L3Cache"
        case core = "Core"
        case cpu = "PU"
    }

    let kind: Kind
    let cpus: CPUSet
    /// As the platform counts; nil of what it does not count.
    let number: Int?
    var parts: [ProcessorPart] = []
    /// The nodes with just these CPUs.
    var memories = NUMANodeMask()
    var roots: [PCIRoot] = []

    /// The machine as a tree. What crosses a part that is larger is left out, as hwloc does.
    static func tree(of machine: Machine, usable: CPUSet) -> ProcessorPart {
        var tree = ProcessorPart(kind: .machine, cpus: usable, number: 0)
        let cpus = machine.cpus.filter { usable.contains($0.id) }
        func grouped(_ kind: Kind, isNumbered: Bool = true, _ key: (Machine.CPU) -> Int) -> [ProcessorPart] {
            var sets: [Int: CPUSet] = [:]
            for cpu in cpus { sets[key(cpu), default: CPUSet()].insert(cpu.id) }
            return sets.sorted { $0.key < $1.key }.map {
                ProcessorPart(kind: kind, cpus: $0.value, number: isNumbered ? $0.key : nil)
            }
        }
        let sockets = grouped(.socket, \.socket)
        var parts = sockets + grouped(.die, \.die).filter { die in !sockets.contains { $0.cpus == die.cpus } }
        for node in machine.nodes where !node.localCPUs.isEmpty {
            guard !parts.contains(where: { $0.cpus == node.localCPUs }), node.localCPUs != usable else { continue }
            parts.append(ProcessorPart(kind: .group, cpus: node.localCPUs, number: nil))
        }
        parts += grouped(.cache, isNumbered: false, \.cache) + grouped(.core, \.core) + grouped(.cpu, \.id)
        let order = { (part: ProcessorPart) in Kind.allCases.firstIndex(of: part.kind) ?? 0 }
        // The widest first, so that whatever holds a part is there before it.
        let sorted = parts.enumerated().sorted {
            ($1.element.cpus.count, order($0.element), $0.offset)
                < ($0.element.cpus.count, order($1.element), $1.offset)
        }
        for part in sorted.map(\.element) { tree.insert(part) }
        for node in machine.nodes { tree.attach(node) }
        return tree
    }

    private mutating func insert(_ part: ProcessorPart) {
        if let place = parts.firstIndex(where: { part.cpus.isSubset(of: $0.cpus) }) {
            parts[place].insert(part)
        } else if !parts.contains(where: { $0.cpus.intersects(part.cpus) }) {
            parts.append(part)
            parts.sort { ($0.cpus.first ?? 0) < ($1.cpus.first ?? 0) }
        }
    }

    /// Finds the outermost part with a node's CPUs, or the innermost one that holds them.
    private mutating func attach(_ node: Machine.Node) {
        if cpus != node.localCPUs, !node.localCPUs.isEmpty,
            let place = parts.firstIndex(where: { node.localCPUs.isSubset(of: $0.cpus) })
        {
            parts[place].attach(node)
        } else {
            memories.insert(node.id)
        }
    }

    /// Hangs PCI devices at the outermost part that has just those CPUs, or at the innermost one that holds them.
    mutating func hang(_ root: PCIRoot, near cpus: CPUSet) {
        if self.cpus != cpus, !cpus.isEmpty, let place = parts.firstIndex(where: { cpus.isSubset(of: $0.cpus) }) {
            parts[place].hang(root, near: cpus)
        } else {
            roots.append(root)
        }
    }
}
