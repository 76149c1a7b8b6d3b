// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

/// The tables that a provider may have beside the contract.
enum ProviderExtensions {
    // Immutable once made, and never freed: any thread may read them.
    nonisolated(unsafe) private static let stocks = unsafe immortal(
        nh_stocks(
            struct_size: MemoryLayout<nh_stocks>.size,
            each: { table, visit, context in
                unsafe ProviderInstance.call(table) { instance in
                    instance.lookAgain()
                    let stocks = try instance.roles.stock?.stock(of: instance.provider) ?? []
                    let lending = LentMemory()
                    for stock in stocks.sorted(by: precedes) {
                        guard unsafe visit(context, lending.stock(stock)) else { return }
                    }
                }
            }))

    nonisolated(unsafe) private static let devices = unsafe immortal(
        nh_devices(
            struct_size: MemoryLayout<nh_devices>.size,
            each: { table, visit, context in
                unsafe ProviderInstance.call(table) { instance in
                    instance.lookAgain()
                    let devices = try instance.roles.devices?.devices(of: instance.provider) ?? []
                    let lending = LentMemory()
                    for device in devices.sorted(by: { $0.id < $1.id }) {
                        guard unsafe visit(context, lending.device(device)) else { return }
                    }
                }
            }))

    nonisolated(unsafe) private static let cpus = unsafe immortal(
        nh_cpus(
            struct_size: MemoryLayout<nh_cpus>.size,
            shared: { table, visit, context in
                unsafe ProviderInstance.call(table) { instance in
                    guard let shared = instance.roles.cpus?.sharedCPUs(of: instance.provider) else { return }
                    let lending = LentMemory()
                    unsafe visit(context, lending.record(lending.bitset(shared)))
                }
            }))

    nonisolated(unsafe) private static let memories = unsafe immortal(
        nh_memories(
            struct_size: MemoryLayout<nh_memories>.size,
            each: { table, visit, context in
                unsafe ProviderInstance.call(table) { instance in
                    let states = instance.roles.memory?.memoryStates(of: instance.provider) ?? []
                    let lending = LentMemory()
                    for state in states.sorted(by: { $0.node < $1.node }) {
                        guard unsafe visit(context, lending.memoryState(state)) else { return }
                    }
                }
            },
            restore: { table, node in
                unsafe ProviderInstance.call(table) { unsafe try $0.restore(MemoryState(node)) }
            }))

    /// The table of this id, or NULL if the provider has none.
    static func table(_ id: String, for roles: ProviderRoles?) -> UnsafeRawPointer? {
        switch id {
        case NH_EXT_STOCK where roles?.stock != nil: unsafe UnsafeRawPointer(stocks)
        case NH_EXT_CPUS where roles?.cpus != nil: unsafe UnsafeRawPointer(cpus)
        case NH_EXT_MEMORY where roles?.memory != nil: unsafe UnsafeRawPointer(memories)
        case NH_EXT_DEVICES where roles?.devices != nil: unsafe UnsafeRawPointer(devices)
        default: nil
        }
    }

    /// By resource, then locality, then node count, then list of nodes.
    private static func precedes(_ left: Stock, _ right: Stock) -> Bool {
        if left.resource != right.resource { return left.resource < right.resource }
        let (mine, theirs) = (left.locality.parts, right.locality.parts)
        if mine.locality != theirs.locality { return mine.locality < theirs.locality }
        if mine.nodes.count != theirs.nodes.count { return mine.nodes.count < theirs.nodes.count }
        return mine.nodes.lexicographicallyPrecedes(theirs.nodes)
    }
}

/// A lasting copy, never freed.
func immortal<Record>(_ record: Record) -> UnsafePointer<Record> {
    let pointer = UnsafeMutablePointer<Record>.allocate(capacity: 1)
    unsafe pointer.initialize(to: record)
    return unsafe UnsafePointer(pointer)
}
