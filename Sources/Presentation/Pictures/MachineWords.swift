// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A machine in one line of words.
enum MachineWords {
    /// Nodes, sockets, cores, CPUs, memory and devices, and which CPUs are off-line or forbidden.
    static func sizes(_ machine: Machine) -> String {
        let usable = machine.cpus.filter { $0.isOnline && $0.isAllowed }
        let bytes = machine.nodes.reduce(UInt64(0)) { $0.addingClamped($1.memoryBytes) }
        var parts = [
            counted(machine.nodes.count, "node"), counted(Set(usable.map(\.socket)).count, "socket"),
            counted(Set(usable.map(\.core)).count, "core"), counted(usable.count, "CPU"),
            BinaryQuantity.rounded(bytes),
        ]
        let offline = machine.cpus.filter { !$0.isOnline }
        let forbidden = machine.cpus.filter { $0.isOnline && !$0.isAllowed }
        if !offline.isEmpty { parts.append("off-line \(CPUSet(offline.map(\.id)).list)") }
        if !forbidden.isEmpty { parts.append("forbidden \(CPUSet(forbidden.map(\.id)).list)") }
        if !machine.devices.isEmpty { parts.append(counted(machine.devices.count, "PCI device")) }
        return parts.joined(separator: ", ")
    }

    /// `socket 0`, `no socket`.
    static func sockets(_ sockets: [Int]) -> String {
        guard !sockets.isEmpty else { return "no socket" }
        return (sockets.count == 1 ? "socket " : "sockets ") + sockets.map(String.init).joined(separator: ", ")
    }

    static func counted(_ number: Int, _ word: String) -> String {
        "\(number) \(word)\(number == 1 ? "" : "s")"
    }
}
