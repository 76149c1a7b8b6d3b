// SPDX-License-Identifier: Apache-2.0

import CHwloc
public import NUMACore

/// A machine as hwloc writes it down, for hwloc's own tools and others.
public enum MachineXML {
    /// All nodes, CPUs, caches and PCI devices, without what tells one machine of a kind from another: names, serial
    /// numbers and addresses of hosts, boards, disks and network cards.
    ///
    /// - Throws: of code `machine` or `input` if hwloc cannot read the source.
    public static func bytes(of source: MachineSource) throws(NUMAHintsError) -> [UInt8] {
        let topology = try HwlocTopology.load(source, wholeSystem: true, devices: true, isStrange: false)
        var buffer: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        let status = unsafe hwloc_topology_export_xmlbuffer(topology.handle, &buffer, &length, 0)
        guard status == 0, let text = unsafe buffer else {
            throw NUMAHintsError(.machine, "hwloc cannot write this machine as XML")
        }
        defer { unsafe hwloc_free_xmlbuffer(topology.handle, text) }
        let lines = unsafe String(cString: text).split(separator: "\n", omittingEmptySubsequences: false)
        return Array(lines.filter(isShown).joined(separator: "\n").utf8)
    }

    /// hwloc writes each piece of information about an object on a line of its own.
    private static func isShown(_ line: Substring) -> Bool {
        let word = line.drop { $0 == " " }
        guard word.hasPrefix("<info name=\"") else { return true }
        let name = word.dropFirst("<info name=\"".count).prefix { $0 != "\"" }
        return known.contains(where: name.hasPrefix)
    }

    private static let known = ["Architecture", "Backend", "CPU", "CoreType", "Frequency", "MemoryTier", "PCI", "Type"]
}
