// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A machine made by us from a published shape, to try providers and rules on; it exists nowhere.
public struct SimulatedMachine: Sendable {
    /// What follows `sim:` in `--machine`.
    public let name: String
    /// What kind of machine it stands for, in a few words.
    public let title: String
    /// What of it is published, and what is ours.
    public let about: String
    let shape: MachineShape

    /// Nodes, CPUs, memory, distances and PCI devices.
    public var machine: Machine { shape.machine }

    /// The one of that name.
    ///
    /// - Throws: with code `usage`, naming those that there are.
    public static func named(_ name: String) throws(NUMAHintsError) -> SimulatedMachine {
        if let found = all.first(where: { $0.name == name }) { return found }
        let names = all.map(\.name).joined(separator: ", ")
        throw NUMAHintsError(.usage, "no simulated machine \"\(name)\": there are \(names)")
    }
}
