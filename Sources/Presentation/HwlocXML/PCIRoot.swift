// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A host bridge with the devices below it.
struct PCIRoot {
    let locality: Locality
    private let domain: String
    private let bus: Int
    private var devices: [Device] = []

    /// The roots of a machine, in the order of their first devices. One has devices of one locality.
    static func roots(of devices: [Device]) -> [PCIRoot] {
        var roots: [PCIRoot] = []
        for device in devices {
            guard let first = (device.path.first ?? device.address).pciBus else { continue }
            let place = roots.firstIndex { $0.isFor(first) && $0.locality == device.locality } ?? roots.count
            if place == roots.count {
                roots.append(PCIRoot(locality: device.locality, domain: first.domain, bus: first.bus))
            }
            roots[place].devices.append(device)
        }
        return roots
    }

    private func isFor(_ place: (domain: String, bus: Int)) -> Bool { (domain, bus) == place }

    /// - Parameter objects: how many there are already.
    func object(numbering objects: inout Int) -> XMLObject {
        let inner = children(of: [], objects: &objects, depth: 1)
        objects += 1
        return XMLObject(
            attributes: [
                ("type", "Bridge"), ("gp_index", "\(objects)"), ("bridge_type", "0-1"), ("depth", "0"),
                ("bridge_pci", Self.range(domain, [bus] + inner.buses)),
            ], inner: inner.objects)
    }

    /// What hangs directly below a bridge, which the addresses from the root to it name.
    private func children(of path: [String], objects: inout Int, depth: Int) -> (objects: [XMLObject], buses: [Int]) {
        var (made, buses): ([XMLObject], [Int]) = ([], [])
        var seen: Set<String> = []
        for device in devices where device.path.starts(with: path) && device.path.count > path.count {
            let address = device.path[path.count]
            guard seen.insert(address).inserted, let own = address.pciBus else { continue }
            buses.append(own.bus)
            objects += 1
            var attributes = [(name: "type", value: "PCIDev"), (name: "gp_index", value: "\(objects)")]
            guard address != device.address else {
                attributes += [
                    ("pci_busid", address), ("pci_type", Self.words(device)), ("pci_link_speed", "0.000000"),
                ]
                made.append(XMLObject(attributes: attributes))
                continue
            }
            let below = children(of: path + [address], objects: &objects, depth: depth + 1)
            attributes[0].value = "Bridge"
            attributes += [
                ("bridge_type", "1-1"), ("depth", "\(depth)"), ("bridge_pci", Self.range(own.domain, below.buses)),
                ("pci_busid", address), ("pci_type", "0604 [0000:0000] [0000:0000] 00"),
                ("pci_link_speed", "0.000000"),
            ]
            made.append(XMLObject(attributes: attributes, inner: below.objects))
            buses += below.buses
        }
        return (made, buses)
    }

    private static func range(_ domain: String, _ buses: [Int]) -> String {
        "\(domain):[\((buses.min() ?? 0).hex(2))-\((buses.max() ?? 0).hex(2))]"
    }

    private static func words(_ device: Device) -> String {
        "\((device.classCode >> 8).hex(4)) [\(device.vendor.hex(4)):\(device.device.hex(4))] "
            + "[\(device.subsystemVendor.hex(4)):\(device.subsystemDevice.hex(4))] 00"
    }
}

extension String {
    /// Of the address of a PCI function.
    fileprivate var pciBus: (domain: String, bus: Int)? {
        let parts = split(separator: ":")
        guard parts.count == 3, let bus = Int(parts[1], radix: 16) else { return nil }
        return (String(parts[0]), bus)
    }
}
