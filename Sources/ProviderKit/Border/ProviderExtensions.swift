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
                    guard let provider = instance.provider as? any StockProvider else { return }
                    let lending = LentMemory()
                    for stock in try provider.stock().sorted(by: precedes) {
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
                    guard let provider = instance.provider as? any DeviceProvider else { return }
                    let lending = LentMemory()
                    for device in try provider.devices().sorted(by: { $0.id < $1.id }) {
                        guard unsafe visit(context, lending.device(device)) else { return }
                    }
                }
            }))

    nonisolated(unsafe) private static let cpus = unsafe immortal(
        nh_cpus(
            struct_size: MemoryLayout<nh_cpus>.size,
            shared: { table, visit, context in
                unsafe ProviderInstance.call(table) { instance in
                    guard let provider = instance.provider as? any CPUSetProvider else { return }
                    let lending = LentMemory()
                    unsafe visit(context, lending.record(lending.bitset(provider.sharedCPUs)))
                }
            }))

    nonisolated(unsafe) private static let memories = unsafe immortal(
        nh_memories(
            struct_size: MemoryLayout<nh_memories>.size,
            each: { table, visit, context in
                unsafe ProviderInstance.call(table) { instance in
                    guard let provider = instance.provider as? any MemoryStateProvider else { return }
                    let lending = LentMemory()
                    for state in provider.memoryStates().sorted(by: { $0.node < $1.node }) {
                        guard unsafe visit(context, lending.memoryState(state)) else { return }
                    }
                }
            },
            restore: { table, node in
                unsafe ProviderInstance.call(table) { unsafe try $0.restore(MemoryState(node)) }
            }))

    /// The table of this id, or NULL if the provider has none.
    static func table(_ id: String, for provider: (any Provider)?) -> UnsafeRawPointer? {
        switch id {
        case NH_EXT_STOCK where provider is any StockProvider: unsafe UnsafeRawPointer(stocks)
        case NH_EXT_CPUS where provider is any CPUSetProvider: unsafe UnsafeRawPointer(cpus)
        case NH_EXT_MEMORY where provider is any MemoryStateProvider: unsafe UnsafeRawPointer(memories)
        case NH_EXT_DEVICES where provider is any DeviceProvider: unsafe UnsafeRawPointer(devices)
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
