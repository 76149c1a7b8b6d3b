// SPDX-License-Identifier: Apache-2.0

import JSONWriting
import KubernetesFormats
import NUMACore

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
    /// The devices that nobody holds and of which nobody tells the nodes.
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
                if nodes == nil, held == nil { unknown.append(id) }
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
