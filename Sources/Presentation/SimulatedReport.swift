// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What `machine list` prints.
public struct SimulatedReport: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
        var name: String
        var title: String
        var about: String
        var nodes: Int
        var cpus: Int
        var memoryBytes: UInt64
        var devices: Int
    }

    var schemaVersion = 1
    let machines: [Entry]

    public init(_ machines: [(name: String, title: String, about: String, machine: Machine)]) {
        self.machines = machines.map { name, title, about, machine in
            Entry(
                name: name, title: title, about: about, nodes: machine.nodes.count, cpus: machine.cpus.count,
                memoryBytes: machine.nodes.reduce(0) { $0.addingClamped($1.memoryBytes) },
                devices: machine.devices.count)
        }
    }

    /// For people.
    public var text: String {
        var table = TextTable(indent: "")
        table.add(["NAME", "NODES", "CPUS", "MEMORY", "DEVICES", "WHAT"])
        for one in machines {
            table.add([
                one.name, "\(one.nodes)", "\(one.cpus)", BinaryQuantity.rounded(one.memoryBytes), "\(one.devices)",
                one.title,
            ])
        }
        return table.lines.map { $0 + "\n" }.joined()
    }
}
