// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import JSONWriting
import NUMACore
import ProviderHost

/// What of a machine allocations depend on, as a ledger keeps it to notice changes.
struct MachineFacts: Codable, Equatable {
    struct NodeFacts: Codable, Equatable {
        var id: Int
        /// The CPUs that can be used, as a list.
        var cpus: String
        /// In bytes, huge pages included.
        var memory: UInt64
        /// In ascending order of size.
        var hugepages: [HugepageFacts]
    }

    struct HugepageFacts: Codable, Equatable {
        var resource: String
        var bytes: UInt64
    }

    struct DeviceFacts: Codable, Equatable {
        var resource: String
        /// In ascending order.
        var ids: [String]
    }

    /// In ascending order of id.
    var nodes: [NodeFacts]
    /// In ascending order of resource.
    var devices: [DeviceFacts]

    /// Without devices.
    init(_ machine: Machine) {
        let usable = CPUSet(machine.cpus.filter { $0.isOnline && $0.isAllowed }.map(\.id))
        devices = []
        nodes = machine.nodes.map { node in
            NodeFacts(
                id: node.id, cpus: node.cpus.intersection(usable).list, memory: node.memoryBytes,
                hugepages: node.hugepages.map {
                    HugepageFacts(resource: $0.resource.rawValue, bytes: $0.totalBytes)
                })
        }
    }

    init(_ node: Node) throws(NUMAHintsError) {
        self.init(node.machine)
        var ids: [ResourceName: Set<String>] = [:]
        for provider in node.registry.providers {
            do throws(ProviderFailure) {
                ids.merge(try provider.deviceIDs() ?? [:]) { $0.union($1) }
            } catch {
                throw NUMAHintsError(.provider, "\(error)", file: provider.path)
            }
        }
        devices = ids.keys.sorted().map {
            DeviceFacts(resource: $0.rawValue, ids: (ids[$0] ?? []).sorted())
        }
    }

    /// Nil for text that says something else.
    init?(text: String) {
        guard let facts = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = facts
    }

    var text: String { (try? CompactJSON.text(of: self)) ?? "{}" }

    /// What is not as it was, a line each, node by node and then the devices.
    func changes(since old: MachineFacts) -> [String] {
        var lines: [String] = []
        for node in nodes where !old.nodes.contains(where: { $0.id == node.id }) {
            lines.append("node \(node.id) came")
        }
        for before in old.nodes {
            guard let node = nodes.first(where: { $0.id == before.id }) else {
                lines.append("node \(before.id) went")
                continue
            }
            lines += node.changes(since: before)
        }
        let resources = Set((devices + old.devices).map(\.resource))
        for resource in resources.sorted() {
            let now = devices.first { $0.resource == resource }?.ids ?? []
            let before = old.devices.first { $0.resource == resource }?.ids ?? []
            let (came, went) = (now.filter { !before.contains($0) }, before.filter { !now.contains($0) })
            if !went.isEmpty { lines.append("\(resource) \(Self.list(went)) went") }
            if !came.isEmpty { lines.append("\(resource) \(Self.list(came)) came") }
        }
        return lines
    }

    private static func list(_ ids: [String]) -> String {
        ids.prefix(8).joined(separator: ", ") + (ids.count > 8 ? " and \(ids.count - 8) more" : "")
    }
}

extension MachineFacts.NodeFacts {
    fileprivate func changes(since old: Self) -> [String] {
        var lines: [String] = []
        let (now, before) = (CPUSet(list: cpus, limit: 1 << 24) ?? [], CPUSet(list: old.cpus, limit: 1 << 24) ?? [])
        func name(_ cpus: CPUSet) -> String { (cpus.count == 1 ? "CPU " : "CPUs ") + cpus.list }
        let (came, went) = (now.subtracting(before), before.subtracting(now))
        if !went.isEmpty { lines.append("node \(id) lost the \(name(went))") }
        if !came.isEmpty { lines.append("node \(id) got the \(name(came))") }
        if let line = change("memory", from: old.memory, to: memory) { lines.append(line) }
        let pages = Set((hugepages + old.hugepages).map(\.resource)).sorted()
        for resource in pages {
            let now = hugepages.first { $0.resource == resource }?.bytes ?? 0
            let before = old.hugepages.first { $0.resource == resource }?.bytes ?? 0
            if let line = change(resource, from: before, to: now) { lines.append(line) }
        }
        return lines
    }

    private func change(_ name: String, from old: UInt64, to new: UInt64) -> String? {
        guard old != new else { return nil }
        let resource = ResourceName(name)
        let difference = resource.text(of: max(old, new) - min(old, new))
        return "node \(id) has \(difference) \(old < new ? "more" : "less") \(name): \(resource.text(of: new))"
    }
}
