// SPDX-License-Identifier: Apache-2.0

extension Machine {
    /// The machine with CPUs that whoever read it may not use, and others may.
    ///
    /// - Parameters:
    ///   - more: those CPUs.
    ///   - whole: the same machine, read with all its CPUs.
    public func allowing(_ more: CPUSet, of whole: Machine) -> Machine {
        let allowed = CPUSet(cpus.filter(\.isAllowed).map(\.id)).union(more)
        var machine = self
        // All of them, since a part of a core has another name where the rest is not seen.
        machine.cpus = whole.cpus.map { cpu in
            var cpu = cpu
            cpu.isAllowed = allowed.contains(cpu.id)
            return cpu
        }
        for place in machine.nodes.indices {
            guard let node = whole.nodes.first(where: { $0.id == machine.nodes[place].id }) else { continue }
            machine.nodes[place].cpus = machine.nodes[place].cpus.union(node.cpus.intersection(more))
            machine.nodes[place].localCPUs = machine.nodes[place].localCPUs.union(node.localCPUs.intersection(more))
        }
        return machine
    }
}
