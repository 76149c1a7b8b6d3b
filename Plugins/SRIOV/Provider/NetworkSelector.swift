// SPDX-License-Identifier: Apache-2.0

import NUMACore
import PCIDevices

/// Which functions a pool takes: those that agree with every member that is not empty.
///
/// Source: k8snetworkplumbingwg/sriov-network-device-plugin, README, "Device selectors".
public struct NetworkSelector: Hashable, Sendable {
    public var vendors: [UInt16] = []
    public var devices: [UInt16] = []
    public var drivers: [String] = []
    public var addresses: [String] = []
    public var acpiIndexes: [String] = []
    /// By the interface of the physical function: virtual functions alone.
    public var physicalInterfaces: [FunctionRange] = []
    /// By the address of the physical function: virtual functions alone.
    public var rootDevices: [FunctionRange] = []
    public var linkTypes: [String] = []
    public var partitionKeys: [String] = []
    public var isRDMA = false
    /// `vhost` or `virtio`.
    public var vdpaKind: String?
    /// The container also gets /dev/vhost-net and /dev/net/tun; chooses nothing.
    public var needsVhostNet = false

    public init() {}

    func matches(_ network: NetworkFunction) -> Bool {
        let device = network.function.device
        guard isIn(vendors, device.vendor), isIn(devices, device.device), isIn(addresses, device.address),
            isIn(acpiIndexes, network.acpiIndex), isIn(linkTypes, network.linkType),
            isIn(partitionKeys, network.partitionKey)
        else { return false }
        if !drivers.isEmpty, network.function.isDriverKnown, !isIn(drivers, device.driver) { return false }
        guard isMeant(physicalInterfaces, network.physicalInterface, device.virtualIndex),
            isMeant(rootDevices, device.physicalFunction, device.virtualIndex)
        else { return false }
        if isRDMA, network.rdmaPaths.isEmpty { return false }
        if let vdpaKind, network.vdpa?.kind != vdpaKind { return false }
        return true
    }

    private func isIn<Value: Equatable>(_ values: [Value], _ value: Value?) -> Bool {
        guard !values.isEmpty else { return true }
        return value.map(values.contains) ?? false
    }

    /// Of several ranges of one owner the first counts, as in the device plugin.
    private func isMeant(_ ranges: [FunctionRange], _ owner: String?, _ number: Int?) -> Bool {
        guard !ranges.isEmpty else { return true }
        guard let owner, let range = ranges.first(where: { $0.owner.lowercased() == owner.lowercased() })
        else { return false }
        return range.contains(number)
    }
}
