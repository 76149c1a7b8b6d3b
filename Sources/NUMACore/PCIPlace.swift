// SPDX-License-Identifier: Apache-2.0

/// Where a device is in the PCI tree and on the machine: all that its proximity to others depends on.
public struct PCIPlace: Hashable, Sendable {
    /// Addresses of the bridges from the root port down, then the device's own; empty if it is not on PCI, or the
    /// platform does not say.
    public let path: [String]
    public let locality: Locality
    /// Domain and bus on which the way from the root begins: each host bridge has its own.
    let hostBridge: Substring
    /// Domain, bus and device: what the functions of one device have in common.
    public let slot: Substring

    public init(path: [String], locality: Locality) {
        self.path = path
        self.locality = locality
        let first = path.first ?? ""
        hostBridge = first.utf8.lastIndex(of: UInt8(ascii: ":")).map { first[..<$0] } ?? first[...]
        let own = path.last ?? ""
        slot = own.utf8.lastIndex(of: UInt8(ascii: ".")).map { own[..<$0] } ?? own[...]
    }
}

extension Device {
    /// Where it is.
    public var place: PCIPlace { PCIPlace(path: path.isEmpty ? [address] : path, locality: locality) }
}
