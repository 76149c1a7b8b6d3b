// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import JSONWriting
import KubernetesFormats
import NUMACore
import SystemFiles

/// The devices that a kubelet knows from its device plugins, as an inventory of `org.numa-hints.devices`.
///
/// Its file has the nodes of devices that somebody holds, and not those of the others. Taken are, in this order: what
/// the settings say, the file, the PCI device whose address the id is, the GPU whose UUID the id is or begins with.
struct KubeletDevices {
    struct Entry: Encodable, Hashable {
        var id: String
        var resource: String
        /// Nil where they are not known.
        var nodes: [Int]?
        /// False for a device that is held and is no longer registered.
        var healthy: Bool
    }

    /// In ascending order of id.
    private(set) var entries: [Entry] = []
    /// The free devices whose nodes nobody tells, of resources of which nodes are known of others or of none.
    private(set) var placeless: [ResourceName: [String]] = [:]
    private(set) var warnings: [String] = []

    /// - Parameter known: the machine's nodes.
    init(_ checkpoint: DeviceManagerCheckpoint, places: DevicePlaces, nodes known: NUMANodeMask) {
        var told: [ResourceName: [String: NUMANodeMask]] = [:]
        for entry in checkpoint.entries ?? [] {
            for (id, nodes) in entry.nodesByDevice { told[entry.resource, default: [:]][id] = nodes }
        }
        var registered: [ResourceName: Set<String>] = [:]
        for one in checkpoint.registered ?? [] { registered[one.resource, default: []].formUnion(one.ids ?? []) }
        var owners: [String: ResourceName] = [:]
        for resource in Set(registered.keys).union(told.keys).sorted() {
            let ids = (registered[resource] ?? []).union((told[resource] ?? [:]).keys).sorted()
            var unknown: [String] = []
            for id in ids where !id.isEmpty {
                if let owner = owners[id] {
                    warnings.append(
                        "\(id) is a device of \(owner) and of \(resource): it is left out of the latter")
                    continue
                }
                owners[id] = resource
                let held = told[resource]?[id]
                var nodes = places.settings[id] ?? held.map(\.members) ?? places.found(id)
                let gone = (nodes ?? []).filter { !known.contains($0) }
                if !gone.isEmpty {
                    let list = gone.map(String.init).joined(separator: ", ")
                    warnings.append("the \(resource) \(id) is near to node \(list), which the machine does not have")
                    let left = nodes?.filter(known.contains) ?? []
                    nodes = left.isEmpty ? nil : left
                }
                if nodes == nil { unknown.append(id) }
                entries.append(
                    Entry(
                        id: id, resource: resource.rawValue, nodes: nodes?.isEmpty == true ? nil : nodes,
                        healthy: registered[resource]?.contains(id) ?? false))
            }
            if !unknown.isEmpty { placeless[resource] = unknown }
        }
        entries.sort { $0.id < $1.id }
    }

    /// Settings that say it.
    func settings(file: String) throws -> ProviderSettings {
        ProviderSettings(
            id: DevicePlaces.provider, json: try CompactJSON.text(of: ["devices": entries]), file: file)
    }
}

/// Where devices are that a kubelet knows by their ids alone.
struct DevicePlaces {
    static let provider = "org.numa-hints.devices"

    /// What settings of `org.numa-hints.devices` say, by id.
    private(set) var settings: [String: [Int]] = [:]
    private var byAddress: [String: [Int]] = [:]
    private var byUUID: [String: [Int]] = [:]

    /// - Parameters:
    ///   - root: prefix of the machine's /proc; nil if there is none.
    ///   - own: settings of `org.numa-hints.devices`.
    /// - Throws: of code `input` settings that are no list of devices.
    init(_ machine: Machine, root: String?, own: ProviderSettings?) throws(NUMAHintsError) {
        for device in machine.devices {
            guard case .nodes(let nodes) = device.locality else { continue }
            byAddress[device.address.lowercased()] = nodes.members
            guard device.vendor == 0x10de, let root,
                let uuid = NVIDIADriver(address: device.address, SystemFiles(root: root))?.uuid
            else { continue }
            byUUID[uuid] = nodes.members
        }
        struct Inventory: Decodable {
            struct Device: Decodable {
                var id: String
                var nodes: [Int]?
            }
            var devices: [Device]?
        }
        guard let own else { return }
        guard let said = try? JSONDecoder().decode(Inventory.self, from: Data(own.json.utf8)) else {
            throw NUMAHintsError(
                .input,
                "the settings of \(Self.provider) must have devices: a list of objects with id, resource and nodes",
                file: own.file, line: own.line)
        }
        for device in said.devices ?? [] { settings[device.id] = device.nodes }
    }

    /// Nil where it is not known.
    func found(_ id: String) -> [Int]? {
        if let address = Self.address(id) { return byAddress[address] }
        return Self.uuid(id).flatMap { byUUID[$0] }
    }

    /// A PCI address with a domain of four digits; those before it are left away by some, and doubled by others.
    private static func address(_ id: String) -> String? {
        let parts = id.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let last = parts.last, last.count == 4, last.dropFirst(2).first == "."
        else { return nil }
        guard parts.count == 3 else { return "0000:" + parts.joined(separator: ":") }
        let digits = parts[0].count == 8 && parts[0].hasPrefix("0000") ? parts[0].dropFirst(4) : parts[0]
        return "\(digits):\(parts[1]):\(last)"
    }

    /// The UUID of the GPU that a replica (`GPU-…::1`) or an instance of the older kind (`MIG-GPU-…/1/0`) is of.
    private static func uuid(_ id: String) -> String? {
        let bare = id.hasPrefix("MIG-GPU-") ? id.dropFirst(4) : id[...]
        guard bare.hasPrefix("GPU-") else { return nil }
        return String(bare.prefix { $0 != ":" && $0 != "/" })
    }
}
