// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A PCI function, as the platform shows it.
public struct PCIFunction: Hashable, Sendable {
    /// Where the nodes of a function are known from.
    public enum LocalitySource: Hashable, Sendable {
        /// Nobody says them.
        case nobody
        /// Its own `numa_node`.
        case itself
        /// The `numa_node` of a bridge above it, nearest first.
        case bridge(String)
        /// The host's description of the machine (hwloc).
        case machine
    }

    /// Its address, ids, driver, place and virtual functions.
    public var device: Device
    public var localitySource: LocalitySource
    /// The number of the IOMMU group, where it is in one.
    public var iommuGroup: String?
    /// Whether there is a sysfs that says which driver it has; without, `device.driver` is nil and says nothing.
    public var isDriverKnown: Bool

    public init(
        _ device: Device, localitySource: LocalitySource = .itself, iommuGroup: String? = nil,
        isDriverKnown: Bool = true
    ) {
        self.device = device
        self.localitySource = localitySource
        self.iommuGroup = iommuGroup
        self.isDriverKnown = isDriverKnown
    }

    public var address: String { device.address }

    /// The upper 8 of the 24 bits of the class: 0x03 is a display, 0x06 a bridge.
    public var baseClass: UInt32 { device.classCode >> 16 }

    /// Domain, bus and device, which all functions of one device have in common: `0000:3b:00`.
    public var slot: Substring { address.prefix { $0 != "." } }

    /// Where its nodes are known from, if not from itself, in words; nil if there is nothing to say.
    public var localityNote: String? {
        switch localitySource {
        case .nobody: "its node is not known"
        case .itself: nil
        case .bridge(let bridge): "its node by its bridge \(bridge)"
        case .machine: "its node by hwloc"
        }
    }
}
