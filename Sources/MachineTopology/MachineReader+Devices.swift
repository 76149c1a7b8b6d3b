// SPDX-License-Identifier: Apache-2.0

import CHwloc
import NUMACore
import SystemFiles

extension MachineReader {
    private static let pciFolder = "/sys/bus/pci/devices"

    /// The PCI devices without bridges, ascending by address.
    func devices(nodes: NUMANodeMask) throws(NUMAHintsError) -> [Device] {
        var devices: [Device] = []
        for object in topology.objects(HWLOC_OBJ_PCI_DEVICE) {
            guard let facts = object.pci else { continue }
            let address = Self.address(facts)
            let (locality, isInherited) = locality(of: object, address: address, nodes: nodes)
            var device = Device(
                address: address, classCode: UInt32(facts.class_id) << 8, vendor: facts.vendor_id,
                device: facts.device_id, subsystemVendor: facts.subvendor_id,
                subsystemDevice: facts.subdevice_id, locality: locality,
                path: bridges(above: object) + [address])
            device.hasInheritedLocality = isInherited
            addFacts(of: address, to: &device)
            devices.append(device)
        }
        devices.sort { $0.address < $1.address }
        numberVirtualFunctions(of: &devices)
        return devices
    }

    /// The nodes of the nearest part of the machine that the device hangs at.
    ///
    /// hwloc puts a device whose place nobody knows at the whole machine. So the whole machine of
    /// more than one node means unknown, unless the platform itself names a node.
    ///
    /// - Returns: beside the nodes, whether it is a bridge that says them and not the device.
    private func locality(
        of device: HwlocObject, address: String, nodes: NUMANodeMask
    ) -> (Locality, isInherited: Bool) {
        guard let holder = device.nonIOAncestor, let near = holder.nodes else { return (.unknown, false) }
        let own = near.intersection(nodes)
        let said = files?.text("\(Self.pciFolder)/\(address)/numa_node")
        let isUnsaid = files == nil || (said.flatMap { Int($0) } ?? -1) < 0
        if nodes.count > 1 {
            let hangsAtMachine = files != nil || holder.type == HWLOC_OBJ_MACHINE
            // All CPUs are the whole machine too: nodes without CPUs hang beside the one socket.
            let isWhole = own == nodes || (files != nil && holder.cpus == usable)
            if isWhole, isUnsaid, hangsAtMachine { return (.unknown, false) }
        } else if let said, (Int(said) ?? -1) < 0 {
            return (.unknown, false)
        }
        return own.isEmpty ? (.unknown, false) : (.nodes(own), isUnsaid && files != nil)
    }

    /// The addresses of the bridges from the root down.
    private func bridges(above device: HwlocObject) -> [String] {
        var addresses: [String] = []
        var next = device.parent
        while let bridge = next, bridge.type == HWLOC_OBJ_BRIDGE {
            if let facts = bridge.pci { addresses.append(Self.address(facts)) }
            next = bridge.parent
        }
        return addresses.reversed()
    }

    /// What only sysfs says: the programming interface, the driver, and the place in SR-IOV.
    private func addFacts(of address: String, to device: inout Device) {
        guard let files else { return }
        let folder = "\(Self.pciFolder)/\(address)"
        if let text = files.text("\(folder)/class", limit: 64), text.hasPrefix("0x"),
            let code = UInt32(text.dropFirst(2), radix: 16), code >> 8 == device.classCode >> 8
        {
            device.classCode = code
        }
        device.driver = files.linkName("\(folder)/driver")
        device.physicalFunction = files.linkName("\(folder)/physfn")
        device.virtualLimit = max(0, files.number("\(folder)/sriov_totalvfs") ?? 0)
    }

    /// Gives virtual functions their numbers, by the `virtfnN` links of the physical ones.
    private func numberVirtualFunctions(of devices: inout [Device]) {
        guard let files else { return }
        var indexes: [String: Int] = [:]
        for device in devices where device.virtualLimit > 0 {
            indexes.merge(files.virtualFunctions(in: "\(Self.pciFolder)/\(device.address)")) { first, _ in first }
        }
        for place in devices.indices where devices[place].physicalFunction != nil {
            devices[place].virtualIndex = indexes[devices[place].address]
        }
    }

    /// Domain, bus, device and function: `0000:3b:00.0`.
    private static func address(_ facts: hwloc_pcidev_attr_s) -> String {
        "\(facts.domain.hex(4)):\(facts.bus.hex(2)):\(facts.dev.hex(2)).\(facts.func)"
    }
}
