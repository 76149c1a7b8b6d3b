// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import KubernetesFormats
public import MachineTopology
public import NUMACore
import SimulatedMachines

/// A machine and where its files are.
public struct RecordedMachine: Sendable {
    public var machine: Machine
    /// The folder under which `sys` and `proc` lie: empty for the running system, nil for XML and
    /// synthetic machines.
    public var root: String?
    /// What the machine was read from.
    public var source: MachineSource
    /// What a description tells the providers: devices, and what is reserved.
    public var settings: [ProviderSettings] = []

    /// Reads the machine that the text of `--machine` names and hands it to `body`.
    ///
    /// An archive is unpacked first; its files are there until `body` returns.
    ///
    /// - Parameters:
    ///   - text: `live`, `sim:NAME`, `synthetic:"..."`, or the path of an hwloc XML, a description in JSON, a folder
    ///     or a tar file.
    ///   - wholeSystem: also the nodes and CPUs that the reading process may not use.
    ///   - devices: PCI devices too. Finding them takes most of the time.
    ///   - scratch: the folder in which archives are unpacked.
    public static func with<Result>(
        _ text: String, wholeSystem: Bool = false, devices: Bool = true, scratch: String = "/tmp",
        _ body: (RecordedMachine) throws -> Result
    ) throws -> Result {
        let source = try MachineSource(text)
        func read(_ unpacked: MachineSource) throws -> RecordedMachine {
            let machine = try MachineReader.read(
                unpacked, wholeSystem: wholeSystem, devices: devices, isStrange: unpacked != source)
            return RecordedMachine(machine: machine, root: unpacked.root, source: source)
        }
        if case .json(let path) = source { return try body(described(path, source)) }
        if case .simulated(let name) = source {
            return try body(
                RecordedMachine(machine: try SimulatedMachine.named(name).machine, root: nil, source: source))
        }
        guard case .archive(let path) = source else { return try body(read(source)) }
        return try CaptureArchive.withUnpacked(path, scratch: scratch) { folder in
            let recorded: RecordedMachine
            do {
                recorded = try read(.folder(path: folder))
            } catch var error as NUMAHintsError {
                // The folder is ours and gone when this is read.
                error.file = path
                throw error
            }
            return try body(recorded)
        }
    }

    private static func described(_ path: String, _ source: MachineSource) throws(NUMAHintsError) -> RecordedMachine {
        guard let bytes = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
            throw NUMAHintsError(.input, "cannot be read", file: path)
        }
        let description = try MachineDescription(bytes, file: path)
        return RecordedMachine(
            machine: description.machine, root: nil, source: source, settings: description.settings(file: path))
    }
}
