// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A sysfs of PCI functions that a test makes up: what the kernel shows below /sys/bus/pci and /sys/devices.
public struct PCITree: Sendable {
    /// What is known of one function.
    public struct Function {
        public var address: String
        /// Addresses of the bridges from the root down.
        public var bridges: [String] = []
        public var vendor: UInt16
        public var device: UInt16 = 1
        public var classCode: UInt32
        /// Nil: there is no such file.
        public var node: Int? = -1
        public var driver: String?
        public var iommuGroup: Int?
        /// Of a virtual function: the physical one and the number there.
        public var physical: (address: String, number: Int)?
        /// Of a physical function: how many it can have.
        public var virtualLimit: Int?
        /// Names of network interfaces.
        public var interfaces: [String] = []
        /// Of the interfaces: `up`, `down`, `unknown`.
        public var state = "up"
        /// Other files, by path below the function's folder.
        public var files: [String: String] = [:]

        public init(_ address: String, vendor: UInt16, classCode: UInt32) {
            self.address = address
            self.vendor = vendor
            self.classCode = classCode
        }
    }

    /// The root: what stands before /sys.
    public let folder: PrivateFolder
    public var root: String { folder.url.path }

    public init(_ functions: [Function] = []) throws {
        folder = try PrivateFolder()
        try make("/sys/bus/pci/devices")
        for function in functions { try add(function) }
    }

    public func path(of address: String) -> String { "/sys/bus/pci/devices/\(address)" }

    public func add(_ function: Function) throws {
        let chain = (function.bridges + [function.address]).joined(separator: "/")
        let home = "/sys/devices/pci\(function.address.prefix(7))/\(chain)"
        try make(home)
        try link(path(of: function.address), to: "../../../devices/pci\(function.address.prefix(7))/\(chain)")
        func hex(_ value: some BinaryInteger, _ digits: Int) -> String {
            "0x" + String(repeating: "0", count: max(0, digits - String(value, radix: 16).count))
                + String(value, radix: 16) + "\n"
        }
        try write("\(home)/vendor", hex(function.vendor, 4))
        try write("\(home)/device", hex(function.device, 4))
        try write("\(home)/class", hex(function.classCode, 6))
        try write("\(home)/subsystem_vendor", hex(0, 4))
        try write("\(home)/subsystem_device", hex(0, 4))
        if let node = function.node { try write("\(home)/numa_node", "\(node)\n") }
        if let driver = function.driver { try link("\(home)/driver", to: "../../../bus/pci/drivers/\(driver)") }
        if let group = function.iommuGroup { try link("\(home)/iommu_group", to: "../../kernel/iommu_groups/\(group)") }
        if let limit = function.virtualLimit { try write("\(home)/sriov_totalvfs", "\(limit)\n") }
        for interface in function.interfaces {
            try make("\(home)/net/\(interface)")
            try write("\(home)/net/\(interface)/operstate", "\(function.state)\n")
            try write("\(home)/net/\(interface)/type", "1\n")
        }
        if let physical = function.physical {
            try link("\(home)/physfn", to: "../\(physical.address)")
            try link("\(path(of: physical.address))/virtfn\(physical.number)", to: "../\(function.address)")
            let enabled = "\(path(of: physical.address))/sriov_numvfs"
            let before = (try? String(contentsOfFile: root + enabled, encoding: .utf8))
                .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            try write(enabled, "\((before ?? 0) + 1)\n")
        }
        for (name, text) in function.files.sorted(by: { $0.key < $1.key }) { try write("\(home)/\(name)", text) }
    }

    public func remove(_ address: String) throws {
        try FileManager.default.removeItem(atPath: root + path(of: address))
    }

    /// A file with its folders.
    public func write(_ path: String, _ text: String) throws {
        try write(path, Data(text.utf8))
    }

    public func write(_ path: String, _ bytes: Data) throws {
        try make((path as NSString).deletingLastPathComponent)
        try bytes.write(to: URL(fileURLWithPath: root + path))
    }

    public func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: root + path, withIntermediateDirectories: true)
    }

    public func link(_ path: String, to target: String) throws {
        try make((path as NSString).deletingLastPathComponent)
        try? FileManager.default.removeItem(atPath: root + path)
        try FileManager.default.createSymbolicLink(atPath: root + path, withDestinationPath: target)
    }
}
