// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
public import NUMACore

/// The file `kubelet_internal_checkpoint` of the kubelet: which container holds which devices.
public struct DeviceManagerCheckpoint: Hashable, Sendable {
    /// Devices of one resource that are near one node.
    public struct Group: Hashable, Sendable {
        /// -1 for devices that no node is known of.
        public var node: Int
        /// In the file's order, which has no meaning; nil is null in the file.
        public var ids: [String]?

        public init(node: Int, ids: [String]?) { (self.node, self.ids) = (node, ids) }
    }

    /// What one container holds of one resource.
    public struct Entry: Hashable, Sendable {
        public var podUID: String
        public var container: String
        public var resource: ResourceName
        /// In ascending order of node; nil is null in the file.
        public var devices: [Group]?
        /// What the device plugin answered, a message of the device plugin API; nil is null in the file.
        /// ``DeviceAllocation`` reads it.
        public var allocResp: [UInt8]?

        public init(
            podUID: String, container: String, resource: ResourceName, devices: [Group]?, allocResp: [UInt8]?
        ) {
            (self.podUID, self.container, self.resource) = (podUID, container, resource)
            (self.devices, self.allocResp) = (devices, allocResp)
        }
    }

    /// The devices that a device plugin has announced.
    public struct Registered: Hashable, Sendable {
        public var resource: ResourceName
        /// In the file's order, which has no meaning; nil is null in the file.
        public var ids: [String]?

        public init(resource: ResourceName, ids: [String]?) { (self.resource, self.ids) = (resource, ids) }
    }

    /// In the file's order, which has no meaning; nil is null in the file.
    public var entries: [Entry]?
    /// In ascending order of name; nil is null in the file.
    public var registered: [Registered]?

    public init(entries: [Entry]?, registered: [Registered]?) {
        (self.entries, self.registered) = (entries, registered)
    }

    /// Reads the bytes of a file.
    ///
    /// - Parameter verifies: take no wrong checksum.
    /// - Throws: a state error, one line, that says what is wrong and what would be right.
    public init(bytes: [UInt8], file: String, verifies: Bool = true) throws(NUMAHintsError) {
        let root = try CheckpointNode.root(bytes, file: file)
        let members = try root.members(["Data", "Checksum"])
        let data = try members["Data"].members(["PodDeviceEntries", "RegisteredDevices"])
        if let items = try data["PodDeviceEntries"].items() {
            entries = []
            for item in items { entries?.append(try Self.entry(item)) }
        }
        if let resources = try data["RegisteredDevices"].entries() {
            registered = []
            for (name, value) in resources {
                registered?.append(Registered(resource: ResourceName(name), ids: try value.texts()))
            }
        }
        if verifies { _ = try members.verify(checksum, at: "Checksum", zeroIsTaken: false) }
    }

    private static func entry(_ node: CheckpointNode) throws(NUMAHintsError) -> Entry {
        let members = try node.members(["PodUID", "ContainerName", "ResourceName", "DeviceIDs", "AllocResp"])
        return Entry(
            podUID: try members["PodUID"].text(), container: try members["ContainerName"].text(),
            resource: ResourceName(try members["ResourceName"].text()),
            devices: try groups(members["DeviceIDs"]), allocResp: try bytes(members["AllocResp"]))
    }

    private static func groups(_ node: CheckpointNode) throws(NUMAHintsError) -> [Group]? {
        if case .list = node.tree {
            throw node.error(
                "an old version: \(node.name) is a list; expected an object of lists by "
                    + "node")
        }
        guard let entries = try node.numbered() else { return nil }
        var groups: [Group] = []
        for (node, value) in entries { groups.append(Group(node: node, ids: try value.texts())) }
        return groups
    }

    private static func bytes(_ node: CheckpointNode) throws(NUMAHintsError) -> [UInt8]? {
        if case .null = node.tree { return nil }
        guard let data = Data(base64Encoded: try node.text()) else {
            throw node.error("\(node.name) must be base64, found \(node.tree.shape)")
        }
        return [UInt8](data)
    }

    /// What the file's checksum must be.
    public var checksum: UInt32 {
        let resources = registered?.map { ($0.resource.rawValue, GoText.printed($0.ids)) }
        return GoText.checksum(
            "(checkpoint.checkpointData){PodDeviceEntries:([]checkpoint.PodDevicesEntry)"
                + GoText.printed(entries?.map(Self.printed))
                + " RegisteredDevices:(map[string][]string)\(GoText.printed(resources))}")
    }

    private static func printed(_ entry: Entry) -> String {
        let groups = entry.devices?.sorted { $0.node < $1.node }.map { ("\($0.node)", GoText.printed($0.ids)) }
        return "{PodUID:(string)\(entry.podUID) ContainerName:(string)\(entry.container) "
            + "ResourceName:(string)\(entry.resource) "
            + "DeviceIDs:(checkpoint.DevicesPerNUMA)\(GoText.printed(numbered: groups)) "
            + "AllocResp:([]uint8)\(GoText.printed(entry.allocResp?.map { String($0) }))}"
    }

    /// The bytes of the file, as the kubelet writes them.
    public var bytes: [UInt8] {
        let resources = registered?.map { ($0.resource.rawValue, GoText.list($0.ids?.map(GoText.quoted))) }
        let data = GoText.object([
            ("PodDeviceEntries", GoText.list(entries?.map(Self.json))), ("RegisteredDevices", GoText.map(resources)),
        ])
        return Array(GoText.object([("Data", data), ("Checksum", "\(checksum)")]).utf8)
    }

    private static func json(_ entry: Entry) -> String {
        let groups = entry.devices?.map { ("\($0.node)", GoText.list($0.ids?.map(GoText.quoted))) }
        return GoText.object([
            ("PodUID", GoText.quoted(entry.podUID)), ("ContainerName", GoText.quoted(entry.container)),
            ("ResourceName", GoText.quoted(entry.resource.rawValue)), ("DeviceIDs", GoText.map(groups)),
            ("AllocResp", entry.allocResp.map { "\"" + Data($0).base64EncodedString() + "\"" } ?? "null"),
        ])
    }
}
