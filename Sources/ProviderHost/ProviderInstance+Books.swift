// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
public import NUMACore
import Synchronization

/// What an instance's books say, by extensions of the contract; nil or empty where it does not offer them.
extension ProviderInstance {
    /// The CPUs on which containers run that have none of their own (numa-hints.cpus/1).
    public func sharedCPUs() throws(ProviderFailure) -> CPUSet? {
        guard let raw = unsafe table(of: NH_EXT_CPUS) else { return nil }
        let table = unsafe raw.assumingMemoryBound(to: nh_cpus.self)
        guard unsafe BorderRecord.isSet(table, \.shared) else {
            throw fault("extension", "\(NH_EXT_CPUS) has no shared")
        }
        let walk = RecordWalk<CPUSet>("sets of CPUs")
        let status = unsafe walk.run { context in
            unsafe table.pointee.shared(
                self.table,
                { context, record in
                    _ = unsafe RecordWalk<CPUSet>.of(context)?.take { () throws(BrokenRule) in
                        guard unsafe !BorderRecord.isNull(record) else { throw BrokenRule("a set that is NULL") }
                        return try unsafe BorderRecord.set(record.pointee, "cpus")
                    }
                }, context)
        }
        let found = try finish(walk, status, "shared")
        guard found.count == 1, let cpus = found.first else {
            throw fault("shared", "named \(found.count) sets of CPUs, not one")
        }
        return cpus
    }

    /// What the books of memory say of each node (numa-hints.memory/1).
    public func memoryStates() throws(ProviderFailure) -> [MemoryState] {
        guard let table = try unsafe memories() else { return [] }
        let walk = RecordWalk<MemoryState>("nodes")
        let status = unsafe walk.run { context in
            unsafe table.pointee.each(
                self.table,
                { context, node in
                    unsafe RecordWalk<MemoryState>.of(context)?.take { () throws(BrokenRule) in
                        try unsafe ProviderInstance.memoryState(node)
                    } ?? false
                }, context)
        }
        return try finish(walk, status, "memory")
    }

    /// Tells what the books of an earlier process said of a node.
    public func restore(_ state: MemoryState) throws(ProviderFailure) {
        guard let table = try unsafe memories() else { return }
        let lent = host.style.memory()
        try check(unsafe table.pointee.restore(self.table, lent.memoryState(state)), "restore")
    }

    public func deviceIDs() throws(ProviderFailure) -> [ResourceName: Set<String>]? {
        guard unsafe table(of: NH_EXT_DEVICES) != nil else { return nil }
        var ids: [ResourceName: Set<String>] = [:]
        // A resource of which there is none any more is claimed still.
        for claim in claims where !claim.pattern.hasSuffix("*") { ids[ResourceName(claim.pattern)] = [] }
        for device in try devices() { ids[device.resource, default: []].insert(device.id) }
        return ids
    }

    /// Every device, in ascending order of id (numa-hints.devices/1).
    public func devices() throws(ProviderFailure) -> [ListedDevice] {
        guard let raw = unsafe table(of: NH_EXT_DEVICES) else { return [] }
        let table = unsafe raw.assumingMemoryBound(to: nh_devices.self)
        guard unsafe BorderRecord.isSet(table, \.each) else {
            throw fault("extension", "\(NH_EXT_DEVICES) has no each")
        }
        // What changes during the walk makes the next one necessary.
        let changes = host.changes.load(ordering: .relaxed)
        let walk = RecordWalk<ListedDevice>("devices")
        let status = unsafe walk.run { context in
            unsafe table.pointee.each(
                self.table,
                { context, device in
                    unsafe RecordWalk<ListedDevice>.of(context)?.take { () throws(BrokenRule) in
                        try unsafe ProviderInstance.device(device)
                    } ?? false
                }, context)
        }
        let found: [ListedDevice]
        do throws(ProviderFailure) { found = try finish(walk, status, "devices") } catch {
            guard isIgnored(error) else { throw error }
            return []
        }
        let isPlain = !found.isEmpty && found.allSatisfy { $0.group == nil && $0.path == nil }
        plainSince = isPlain ? changes : nil
        return yielded.isEmpty ? found : found.filter { isClaimed($0.resource) }
    }

    public var mayPlaceDevices: Bool {
        listsDevices && plainSince != host.changes.load(ordering: .relaxed)
    }

    // MARK: Records

    private func memories() throws(ProviderFailure) -> UnsafePointer<nh_memories>? {
        guard let raw = unsafe memoryTable else { return nil }
        let table = unsafe raw.assumingMemoryBound(to: nh_memories.self)
        guard unsafe BorderRecord.isSet(table, \.each), unsafe BorderRecord.isSet(table, \.restore) else {
            throw fault("extension", "\(NH_EXT_MEMORY) has no each or no restore")
        }
        return unsafe table
    }

    private func finish<Value>(
        _ walk: RecordWalk<Value>, _ status: nh_status, _ call: String
    ) throws(ProviderFailure) -> [Value] {
        try check(status, call)
        if let rule = walk.brokenRule { throw fault(call, rule) }
        return walk.values
    }

    private static func memoryState(_ record: UnsafePointer<nh_memory_node>) throws(BrokenRule) -> MemoryState {
        try unsafe BorderRecord.check(record, knows: \.memory_count, "a node")
        let tables = try unsafe BorderRecord.array(record.pointee.memory, record.pointee.memory_count, "memory") {
            (table) throws(BrokenRule) in
            try unsafe BorderRecord.check(table, knows: \.free, "memory of a node")
            return MemoryState.Table(
                ResourceName(try unsafe BorderRecord.text(table.pointee.resource, "a resource")),
                total: unsafe table.pointee.total, systemReserved: unsafe table.pointee.system_reserved,
                allocatable: unsafe table.pointee.allocatable, free: unsafe table.pointee.free)
        }
        if let table = tables.first(where: { $0.free > $0.allocatable }) {
            throw BrokenRule("\(table.resource) with \(table.free) free of \(table.allocatable)")
        }
        return MemoryState(
            node: unsafe Int(record.pointee.id), assignments: unsafe Int(record.pointee.assignments),
            cells: try unsafe BorderRecord.set(record.pointee.cells, "cells"), tables: tables)
    }

    /// A provider that was made before there was such a member has none.
    private static func problem(_ record: UnsafePointer<nh_device>) throws(BrokenRule) -> String? {
        guard unsafe BorderRecord.has(record, \.problem) else { return nil }
        return try unsafe BorderRecord.optionalText(record.pointee.problem, "a problem").map(BorderRecord.printable)
    }

    private static func device(_ record: UnsafePointer<nh_device>) throws(BrokenRule) -> ListedDevice {
        try unsafe BorderRecord.check(record, knows: \.nodes, "a device")
        let nodes: NUMANodeMask = try unsafe BorderRecord.set(record.pointee.nodes, "nodes")
        let flags = unsafe Int(record.pointee.flags)
        return ListedDevice(
            id: try unsafe BorderRecord.text(record.pointee.id, "an id"),
            resource: ResourceName(try unsafe BorderRecord.text(record.pointee.resource, "a resource")),
            locality: try unsafe StockWalk.locality(record.pointee.locality, nodes),
            isHealthy: flags & Int(NH_DEVICE_HEALTHY) != 0, isFree: flags & Int(NH_DEVICE_FREE) != 0,
            group: try unsafe BorderRecord.optionalText(record.pointee.group, "a group"),
            path: try unsafe BorderRecord.optionalText(record.pointee.path, "a path"),
            problem: try unsafe problem(record))
    }
}
