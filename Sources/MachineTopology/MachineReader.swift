// SPDX-License-Identifier: Apache-2.0

import CHwloc
public import NUMACore
import SystemFiles

/// Reads what a machine is, by hwloc and the files of the kernel.
public struct MachineReader {
    let source: MachineSource
    let topology: HwlocTopology
    /// The running or captured system's files; nil for XML and synthetic machines.
    let files: SystemFiles?
    /// The CPUs that can be used: on-line, and allowed to the reader unless the whole system is read.
    let usable: CPUSet

    /// Reads a machine.
    ///
    /// - Parameters:
    ///   - wholeSystem: also the nodes and CPUs that the reading process may not use.
    ///   - devices: PCI devices too. Finding them takes most of the time.
    ///   - isStrange: a folder comes from somebody else; it is read in a child process first, as XML and
    ///     descriptions always are, since hwloc fails on some broken input.
    /// - Throws: with code `input` for a file that is not what it should be, with code `machine` if
    ///   this machine cannot be read.
    public static func read(
        _ source: MachineSource, wholeSystem: Bool = false, devices: Bool = true, isStrange: Bool = false
    ) throws(NUMAHintsError) -> Machine {
        if case .archive(let path) = source {
            throw NUMAHintsError(.bug, "an archive must be unpacked before it is read", file: path)
        }
        switch source {
        case .json, .simulated: throw NUMAHintsError(.bug, "this is not read by hwloc", file: source.name)
        case .archive, .folder, .live, .synthetic, .xml: break
        }
        if case .folder(let path) = source { try checkCapture(path) }
        if case .xml(let path) = source { try checkXML(path) }
        let topology = try HwlocTopology.load(
            source, wholeSystem: wholeSystem, devices: devices, isStrange: isStrange)
        return try MachineReader(source, topology).machine(withDevices: devices)
    }

    private init(_ source: MachineSource, _ topology: HwlocTopology) throws(NUMAHintsError) {
        guard let usable = topology.root?.cpus else { throw Self.tooHigh(source, "a CPU") }
        self.source = source
        self.topology = topology
        self.usable = usable
        files = source.root.map(SystemFiles.init)
    }

    private func machine(withDevices: Bool) throws(NUMAHintsError) -> Machine {
        let nodes = try nodes()
        return Machine(
            nodes: nodes, cpus: try cpus(nodes: nodes), distances: topology.nodeDistances,
            devices: withDevices ? try devices(nodes: NUMANodeMask(nodes.map(\.id))) : [])
    }

    /// The processor is a POWER: it shows the memory of GPUs as nodes without CPUs.
    var isPOWER: Bool {
        topology.root?.info("Architecture")?.hasPrefix("ppc64") ?? false
    }

    static func tooHigh(_ source: MachineSource, _ what: String) -> NUMAHintsError {
        let message =
            "\(what) has a number above \(HwlocTopology.numberLimit - 1), more than this program takes"
        return source == .live
            ? NUMAHintsError(.machine, message) : NUMAHintsError(.input, message, file: source.name)
    }

    /// Without these files hwloc would make up a machine of one CPU.
    private static func checkCapture(_ path: String) throws(NUMAHintsError) {
        let files = SystemFiles(root: path)
        guard files.kind("/sys") == .folder || files.kind("/proc") == .folder else {
            throw NUMAHintsError(.input, "no capture of a machine: it has neither sys nor proc", file: path)
        }
        let hasCPUs = files.names(in: "/sys/devices/system/cpu").contains {
            $0.hasPrefix("cpu") && Int($0.dropFirst(3)) != nil
        }
        guard hasCPUs || files.kind("/proc/cpuinfo") == .file else {
            throw NUMAHintsError(
                .input, "no capture of a machine: it has neither sys/devices/system/cpu nor proc/cpuinfo",
                file: path)
        }
    }

    /// hwloc reads the whole file into memory, whatever its size.
    private static func checkXML(_ path: String) throws(NUMAHintsError) {
        let limit = 64 << 20
        guard let size = SystemFiles(root: "").size(path) else {
            throw NUMAHintsError(.input, "no such file", file: path)
        }
        guard size > 0 else { throw NUMAHintsError(.input, "no hwloc XML: it is empty", file: path) }
        guard size <= limit else {
            throw NUMAHintsError(
                .input, "larger than \(limit >> 20) MiB, too large for an hwloc XML", file: path)
        }
    }
}
