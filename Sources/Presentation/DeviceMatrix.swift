// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// How near the devices of a machine are to each other: what `topology --matrix` prints.
///
/// Of parts of the chipset, which nobody asks for, nothing is said.
public struct DeviceMatrix: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
        /// `GPU0`: kind, and number among those of its kind, ascending by address.
        var label: String
        var address: String
        var model: String
        /// Empty: near every node. Null: the platform does not say.
        @Explicit var numaNodes: [Int]?
        @Explicit var physicalFunction: String?
    }

    var schemaVersion = 1
    let devices: [Entry]
    /// Row by row, in the order of the devices: `X`, `PIX`, `PXB`, `PHB`, `NODE`, `SYS`, or `?`.
    let proximity: [[String]]

    public init(_ machine: Machine) {
        let named = machine.devices.compactMap { device in PCINames.label(of: device).map { (device, $0) } }
        let sorted = named.sorted { (Self.rank($0.1), $0.0.address) < (Self.rank($1.1), $1.0.address) }
        var counts: [String: Int] = [:]
        devices = sorted.map { device, kind in
            let number = counts[kind, default: 0]
            counts[kind] = number + 1
            var nodes: [Int]?
            if case .nodes(let mask) = device.locality { nodes = mask.members }
            if case .any = device.locality { nodes = [] }
            return Entry(
                label: "\(kind)\(number)", address: device.address, model: device.name ?? PCINames.model(of: device),
                numaNodes: nodes, physicalFunction: device.physicalFunction)
        }
        let places = sorted.map(\.0.place)
        proximity = places.map { one in places.map { PCIProximity(one, $0, nodes: machine.nodeMask).name } }
    }

    private static func rank(_ kind: String) -> Int {
        ["GPU", "ACC", "NIC", "NVME"].firstIndex(of: kind) ?? 4
    }

    /// For people: the matrix, then what the labels and the words stand for.
    public var text: String {
        guard !devices.isEmpty else { return "no devices that anybody asks for\n" }
        var table = TextTable(indent: "")
        table.add([""] + devices.map(\.label) + ["NUMA"])
        for (row, device) in devices.enumerated() {
            table.add([device.label] + proximity[row] + [Self.nodes(device)])
        }
        var labels = TextTable(indent: "")
        for device in devices {
            let owner = device.physicalFunction.map { "function of \($0)" } ?? ""
            labels.add([device.label, device.address, device.model, owner])
        }
        let met = Set(proximity.joined())
        let words = PCIProximity.allCases.filter { met.contains($0.name) && $0 != .same }
        var legend = TextTable(indent: "")
        for word in words { legend.add([word.name, word.meaning]) }
        let parts = [table.lines, labels.lines] + (words.isEmpty ? [] : [legend.lines])
        return parts.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private static func nodes(_ device: Entry) -> String {
        guard let nodes = device.numaNodes else { return "?" }
        return nodes.isEmpty ? "any" : NUMANodeMask(nodes).list
    }
}

extension PCIProximity {
    /// What lies between, for people.
    fileprivate var meaning: String {
        switch self {
        case .same: "the same device"
        case .oneSwitch: "at most one PCIe switch"
        case .severalSwitches: "several PCIe switches, no host bridge"
        case .hostBridge: "a PCIe host bridge"
        case .node: "host bridges of one NUMA node"
        case .system: "another NUMA node"
        case .unknown: "the platform does not say on which node one of them is"
        }
    }
}
