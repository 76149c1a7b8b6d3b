// SPDX-License-Identifier: Apache-2.0

import NUMACore
public import PCIDevices

/// Which PCI functions count towards a resource, and what a container that has one needs.
public struct PCIRule: Hashable, Sendable {
    /// How a device of the rule is named.
    public enum Naming: String, CaseIterable, Sendable {
        /// By its PCI address.
        case address
        /// By the UUID that NVIDIA's driver gives, or the settings.
        case uuid
    }

    /// `vendor.com/device`.
    public var resource: String
    public var selector: PCISelector
    public var naming: Naming
    /// UUIDs by address, which win over those of a driver.
    public var uuids: [String: String]
    /// The name of a device for the Container Device Interface, `{id}` and `{address}` standing for the device's; nil
    /// for none. Source: https://github.com/cncf-tags/container-device-interface, SPEC.md.
    public var cdi: String?
    /// Name and value of variables, `{ids}` standing for those of all devices that the container has, with commas.
    public var environment: [Variable]
    /// As for the container runtime: `/host/path:/container/path:ro`.
    public var mounts: [String]
    /// Whether it was built in, and not written in settings.
    public var isBuiltIn: Bool

    public struct Variable: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(resource: String, selector: PCISelector, isBuiltIn: Bool = false) {
        self.resource = resource
        self.selector = selector
        self.isBuiltIn = isBuiltIn
        naming = .address
        uuids = [:]
        environment = []
        mounts = []
    }

    /// Whether the function counts towards the resource.
    ///
    /// Without drivers in the rule, one that is bound to vfio-pci, or that no driver has, is not meant.
    public func matches(_ function: PCIFunction, beside displays: Set<Substring>) -> Bool {
        guard selector.matches(function, beside: displays) else { return false }
        guard selector.drivers == nil, function.isDriverKnown else { return true }
        return function.device.driver != nil && function.device.driver != "vfio-pci"
    }
}
