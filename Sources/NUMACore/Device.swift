// SPDX-License-Identifier: Apache-2.0

/// Whether it is known which nodes a thing is near to.
public enum Locality: Hashable, Sendable {
    /// The platform does not say: neither node 0 nor every node.
    case unknown
    /// Every node alike.
    case any
    /// Those.
    case nodes(NUMANodeMask)
}

/// A PCI device.
public struct Device: Hashable, Sendable {
    /// Domain, bus, device and function: `0000:3b:00.0`.
    public var address: String
    /// 24 bits: class, subclass, programming interface; 0x020000 is Ethernet.
    public var classCode: UInt32
    public var vendor: UInt16
    public var device: UInt16
    public var subsystemVendor: UInt16
    public var subsystemDevice: UInt16
    public var locality: Locality
    /// The nodes are those of a bridge above it: the device itself does not say its own.
    public var hasInheritedLocality = false
    /// Maker and model, as the list of PCI ids has them, where the platform knows them.
    public var name: String?
    /// Addresses of the bridges from the root port down, then the device itself.
    public var path: [String]
    public var driver: String?
    /// Of a virtual function: its physical one.
    public var physicalFunction: String?
    /// Of a virtual function: its number there.
    public var virtualIndex: Int?
    /// Of a physical function: how many virtual ones it can have, or 0.
    public var virtualLimit: Int

    public init(
        address: String, classCode: UInt32, vendor: UInt16, device: UInt16, subsystemVendor: UInt16 = 0,
        subsystemDevice: UInt16 = 0, locality: Locality, path: [String] = [], driver: String? = nil,
        physicalFunction: String? = nil, virtualIndex: Int? = nil, virtualLimit: Int = 0
    ) {
        self.address = address
        self.classCode = classCode
        self.vendor = vendor
        self.device = device
        self.subsystemVendor = subsystemVendor
        self.subsystemDevice = subsystemDevice
        self.locality = locality
        self.path = path
        self.driver = driver
        self.physicalFunction = physicalFunction
        self.virtualIndex = virtualIndex
        self.virtualLimit = virtualLimit
    }
}
