// SPDX-License-Identifier: Apache-2.0

/// How near two PCI devices are to each other: what data between them has to pass. The nearer, the smaller.
///
/// The names are those of `nvidia-smi topo -m`.
/// Source: https://docs.nvidia.com/deploy/nvidia-smi/ (topo), and the legend that it prints.
public enum PCIProximity: Int, Comparable, CaseIterable, Sendable {
    /// It is one device.
    case same
    /// At most one switch.
    case oneSwitch
    /// Several switches, and no host bridge.
    case severalSwitches
    /// A host bridge, which as a rule is the CPU's.
    case hostBridge
    /// The way between host bridges of one NUMA node.
    case node
    /// The way between NUMA nodes.
    case system
    /// The platform does not say on which node one of them is, and no switch or host bridge joins them.
    case unknown

    /// `X`, `PIX`, `PXB`, `PHB`, `NODE`, `SYS`, or `?`.
    public var name: String {
        switch self {
        case .same: "X"
        case .oneSwitch: "PIX"
        case .severalSwitches: "PXB"
        case .hostBridge: "PHB"
        case .node: "NODE"
        case .system: "SYS"
        case .unknown: "?"
        }
    }

    public static func < (one: PCIProximity, other: PCIProximity) -> Bool { one.rawValue < other.rawValue }

    /// - Parameter nodes: all nodes of the machine: where there is one alone, nobody is on another.
    public init(_ one: PCIPlace, _ other: PCIPlace, nodes: NUMANodeMask) {
        let (left, right) = (one.path, other.path)
        if let address = left.last, address == right.last {
            self = .same
            return
        }
        var shared = 0
        while shared < min(left.count, right.count) - 1, left[shared] == right[shared] { shared += 1 }
        let isOnPCI = !left.isEmpty && !right.isEmpty
        if shared > 0 || isOnPCI && one.slot == other.slot {
            // A switch has one port towards the root, which is shared, and one towards each device.
            self = max(left.count, right.count) - shared <= 2 ? .oneSwitch : .severalSwitches
        } else if isOnPCI, one.hostBridge == other.hostBridge {
            self = .hostBridge
        } else if nodes.count == 1 {
            self = .node
        } else if case .nodes(let here) = one.locality, case .nodes(let there) = other.locality {
            self = here.intersection(there).isEmpty ? .system : .node
        } else {
            self = .unknown
        }
    }

    /// - Parameter nodes: all nodes of the machine: where there is one alone, nobody is on another.
    public init(_ one: Device, _ other: Device, nodes: NUMANodeMask) {
        self.init(one.place, other.place, nodes: nodes)
    }
}
