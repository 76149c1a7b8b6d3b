// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import Glibc
import ProviderHost
import ProviderWire

/// The tables that stand for those of the provider. What it lacks they lack too.
extension RemoteInstance {
    /// The instance of a table that was made here.
    static func of(_ table: UnsafePointer<nh_provider>) -> RemoteInstance? {
        guard let data = unsafe table.pointee.data else { return nil }
        return unsafe Unmanaged<RemoteInstance>.fromOpaque(data).takeUnretainedValue()
    }

    /// The table keeps this object until `destroy`.
    func makeTable(
        claims: UnsafePointer<UnsafePointer<CChar>?>?, observes: UnsafePointer<UnsafePointer<CChar>?>?
    ) -> UnsafePointer<nh_provider> {
        let none = unsafe memory.strings([])
        let place = unsafe memory.bytes(MemoryLayout<nh_provider>.stride)
            .bindMemory(to: nh_provider.self, capacity: 1)
        unsafe place.initialize(
            to: nh_provider(
                struct_size: MemoryLayout<nh_provider>.size, data: Unmanaged.passRetained(self).toOpaque(),
                claims: claims ?? none, observes: observes,
                destroy: { table in
                    guard let data = unsafe table.pointee.data else { return }
                    unsafe Unmanaged<RemoteInstance>.fromOpaque(data).takeRetainedValue().destroy()
                },
                restore: { unsafe RemoteInstance.of($0)?.restore($1) ?? nh_status(NH_INTERNAL) },
                start: { unsafe RemoteInstance.of($0)?.start() ?? nh_status(NH_INTERNAL) },
                stop: { unsafe RemoteInstance.of($0)?.stop() },
                hints: { unsafe RemoteInstance.of($0)?.hints($1, $2) ?? nh_status(NH_INTERNAL) },
                prepare: { unsafe RemoteInstance.of($0)?.prepare($1, $2, $3, $4) ?? nh_status(NH_INTERNAL) },
                release: { unsafe RemoteInstance.of($0)?.release($1, $2) ?? nh_status(NH_INTERNAL) },
                commit: { unsafe RemoteInstance.of($0)?.commit($1) ?? nh_status(NH_INTERNAL) },
                rollback: { unsafe RemoteInstance.of($0)?.rollback($1) },
                started: { unsafe RemoteInstance.of($0)?.started($1) },
                extension: { unsafe RemoteInstance.of($0)?.table(of: $1) }))
        let required: [(InstanceMembers, PartialKeyPath<nh_provider>)] = unsafe [
            (.claims, \.claims), (.destroy, \.destroy), (.restore, \.restore), (.start, \.start), (.stop, \.stop),
            (.hints, \.hints), (.prepare, \.prepare), (.release, \.release), (.commit, \.commit),
            (.rollback, \.rollback), (.started, \.started),
        ]
        for index in unsafe required.indices where unsafe !members.contains(required[index].0) {
            unsafe clear(place, required[index].1)
        }
        return unsafe UnsafePointer(place)
    }

    /// The table of an extension; made when it is first asked for.
    private func table(of extensionID: UnsafePointer<CChar>) -> UnsafeRawPointer? {
        switch unsafe String(cString: extensionID) {
        case NH_EXT_DEVICES where members.contains(.devices):
            return unsafe table(
                nh_devices(
                    struct_size: MemoryLayout<nh_devices>.size,
                    each: { table, visit, context in
                        let walk = unsafe RemoteInstance.of(table)?.walk(.devices, .device, .device) {
                            unsafe visit(context, $0)
                        }
                        return walk ?? nh_status(NH_INTERNAL)
                    }), [(.devicesEach, \.each)])
        case NH_EXT_STOCK where members.contains(.stock):
            return unsafe table(
                nh_stocks(
                    struct_size: MemoryLayout<nh_stocks>.size,
                    each: { table, visit, context in
                        let walk = unsafe RemoteInstance.of(table)?.walk(.stock, .stock, .stock) {
                            unsafe visit(context, $0)
                        }
                        return walk ?? nh_status(NH_INTERNAL)
                    }), [(.stockEach, \.each)])
        case NH_EXT_CPUS where members.contains(.cpus):
            return unsafe table(
                nh_cpus(
                    struct_size: MemoryLayout<nh_cpus>.size,
                    shared: { table, visit, context in
                        let walk = unsafe RemoteInstance.of(table)?.walk(.cpus, .cpus, .cpus) {
                            (record: UnsafePointer<nh_bitset>) in
                            unsafe visit(context, record)
                            return true
                        }
                        return walk ?? nh_status(NH_INTERNAL)
                    }), [(.cpusShared, \.shared)])
        case NH_EXT_MEMORY where members.contains(.memory):
            return unsafe table(
                nh_memories(
                    struct_size: MemoryLayout<nh_memories>.size,
                    each: { table, visit, context in
                        let walk = unsafe RemoteInstance.of(table)?.walk(.memory, .memoryNode, .memoryNode) {
                            unsafe visit(context, $0)
                        }
                        return walk ?? nh_status(NH_INTERNAL)
                    },
                    restore: { unsafe RemoteInstance.of($0)?.restoreMemory($1) ?? nh_status(NH_INTERNAL) }),
                [(.memoryEach, \.each), (.memoryRestore, \.restore)])
        default: return nil
        }
    }

    private func table<Table>(
        _ table: Table, _ required: [(InstanceMembers, PartialKeyPath<Table>)]
    ) -> UnsafeRawPointer {
        let place = unsafe memory.bytes(MemoryLayout<Table>.stride).bindMemory(to: Table.self, capacity: 1)
        unsafe place.initialize(to: table)
        for (member, path) in required where !members.contains(member) { unsafe clear(place, path) }
        return UnsafeRawPointer(place)
    }

    /// Makes a member NULL, which its type does not allow.
    private func clear<Table>(_ table: UnsafeMutablePointer<Table>, _ member: PartialKeyPath<Table>) {
        guard let offset = MemoryLayout<Table>.offset(of: member) else { return }
        unsafe UnsafeMutableRawPointer(table).storeBytes(of: 0, toByteOffset: offset, as: UInt.self)
    }
}
