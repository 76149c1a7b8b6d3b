// SPDX-License-Identifier: Apache-2.0

/// Functions that count towards one resource: an element of `resourceList`.
///
/// Source: k8snetworkplumbingwg/sriov-network-device-plugin, README, "Config parameters".
public struct NetworkPool: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Network controllers, class 02.
        case network = "netDevice"
        /// Processing accelerators, class 12.
        case accelerator

        var baseClass: UInt32 { self == .network ? 0x02 : 0x12 }
    }

    public var prefix: String
    public var name: String
    public var kind: Kind
    /// Its devices are said to be at no place in particular: the pool has no preference.
    public var excludesTopology: Bool
    /// Tried in this order; the first that matches gives the device what it needs.
    public var selectors: [NetworkSelector]
    /// By address, or `*` for each: what the variable `..._INFO` says under `extra`.
    public var additional: [String: [String: String]]

    public init(prefix: String, name: String, kind: Kind = .network, selectors: [NetworkSelector]) {
        self.prefix = prefix
        self.name = name
        self.kind = kind
        self.selectors = selectors
        excludesTopology = false
        additional = [:]
    }

    /// `intel.com/sriov_netdevice`.
    public var resource: String { "\(prefix)/\(name)" }

    /// What the device plugin calls the variable that lists a container's devices: `PCIDEVICE_INTEL_COM_NAME`.
    public var variable: String { "PCIDEVICE_\(prefix)_\(name)".replacing(".", with: "_").uppercased() }
}
