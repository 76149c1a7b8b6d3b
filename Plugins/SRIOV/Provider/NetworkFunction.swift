// SPDX-License-Identifier: Apache-2.0

import NUMACore
public import PCIDevices
import SystemFiles

/// What of a network card or an accelerator a pool may be chosen by, beside what PCI says.
public struct NetworkFunction: Hashable, Sendable {
    public var function: PCIFunction
    /// Names of its own network interfaces, ascending.
    public var interfaces: [String]
    /// Of a virtual function: the first interface of its physical one.
    public var physicalInterface: String?
    /// `ether`, `infiniband`, or what number the kernel has for it; of its interface, else of its physical one's.
    public var linkType: String?
    /// Of a virtual function: whether its physical one's interface is down.
    public var isPhysicalDown: Bool
    /// Of a physical function: how many virtual ones it has now.
    public var virtualCount: Int
    /// The device nodes of its driver.
    public var driverNodes: [String]
    /// The device nodes of RDMA; empty without RDMA.
    public var rdmaPaths: [String]
    /// The first partition key, where it is InfiniBand.
    public var partitionKey: String?
    public var acpiIndex: String?
    public var vdpa: VDPADevice?

    /// A function that speaks virtio to its user (vDPA).
    public struct VDPADevice: Hashable, Sendable {
        /// `vhost` or `virtio`.
        public var kind: String
        /// The node of a vhost one.
        public var path: String?
    }

    public init(_ function: PCIFunction) {
        self.function = function
        interfaces = []
        isPhysicalDown = false
        virtualCount = 0
        driverNodes = []
        rdmaPaths = []
    }

    public var address: String { function.address }
    public var isVirtual: Bool { function.device.physicalFunction != nil }

    /// Reads what sysfs says of it.
    init(_ function: PCIFunction, _ files: SystemFiles) {
        self.init(function)
        let folder = "\(PCIReader.folder)/\(function.address)"
        interfaces = files.names(in: "\(folder)/net")
        virtualCount = max(0, files.number("\(folder)/sriov_numvfs") ?? 0)
        driverNodes = DeviceNodes.paths(of: function, files)
        rdmaPaths = DeviceNodes.rdmaPaths(of: function, files)
        acpiIndex = files.text("\(folder)/acpi_index", limit: 64)
        var typed = interfaces.first.map { "\(folder)/net/\($0)" }
        if isVirtual {
            physicalInterface = files.names(in: "\(folder)/physfn/net").first
            if let physicalInterface {
                let own = "\(folder)/physfn/net/\(physicalInterface)"
                isPhysicalDown = files.text("\(own)/operstate", limit: 64) == "down"
                typed = typed ?? own
            }
        }
        linkType = typed.flatMap { files.number("\($0)/type") }.map(Self.linkType)
        if let card = files.names(in: "\(folder)/infiniband").first {
            partitionKey =
                files.names(in: "\(folder)/infiniband/\(card)/ports").lazy.compactMap {
                    files.text("\(folder)/infiniband/\(card)/ports/\($0)/pkeys/0", limit: 64)
                }.first
        }
        vdpa = Self.vdpa(in: folder, files)
    }

    /// Source: the kernel's include/uapi/linux/if_arp.h.
    private static func linkType(_ number: Int) -> String {
        switch number {
        case 1: "ether"
        case 32: "infiniband"
        default: "\(number)"
        }
    }

    private static func vdpa(in folder: String, _ files: SystemFiles) -> VDPADevice? {
        for name in files.names(in: folder) where name.hasPrefix("vdpa") {
            switch files.linkName("\(folder)/\(name)/driver") {
            case "vhost_vdpa":
                let node = files.names(in: "\(folder)/\(name)").first { $0.hasPrefix("vhost-vdpa-") }
                return VDPADevice(kind: "vhost", path: node.map { "/dev/\($0)" })
            case "virtio_vdpa": return VDPADevice(kind: "virtio")
            default: continue
            }
        }
        return nil
    }
}
