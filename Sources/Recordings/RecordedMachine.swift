// SPDX-License-Identifier: Apache-2.0

public import MachineTopology
public import NUMACore

/// A machine and where its files are.
public struct RecordedMachine: Sendable {
    public var machine: Machine
    /// The folder under which `sys` and `proc` lie: empty for the running system, nil for XML and
    /// synthetic machines.
    public var root: String?
    /// What the machine was read from.
    public var source: MachineSource

    /// Reads the machine that the text of `--machine` names and hands it to `body`.
    ///
    /// An archive is unpacked first; its files are there until `body` returns.
    ///
    /// - Parameters:
    ///   - text: `live`, `synthetic:"..."`, or the path of an hwloc XML, a folder or a tar file.
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
}
