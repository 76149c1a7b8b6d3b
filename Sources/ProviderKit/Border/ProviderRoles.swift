// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What a type of providers is beside a ``Provider``: looked up once, since a cast of a provider itself copies it and
/// takes longer than most answers.
struct ProviderRoles: Sendable {
    let stock: (any StockProvider.Type)?
    let devices: (any DeviceProvider.Type)?
    let cpus: (any CPUSetProvider.Type)?
    let memory: (any MemoryStateProvider.Type)?
    let watching: (any WatchingProvider.Type)?

    init(_ type: any Provider.Type) {
        stock = type as? any StockProvider.Type
        devices = type as? any DeviceProvider.Type
        cpus = type as? any CPUSetProvider.Type
        memory = type as? any MemoryStateProvider.Type
        watching = type as? any WatchingProvider.Type
    }
}

// What a provider of the type says; nil of another type.

extension StockProvider {
    static func stock(of provider: any Provider) throws -> [Stock]? { try (provider as? Self)?.stock() }
}

extension DeviceProvider {
    static func devices(of provider: any Provider) throws -> [ListedDevice]? { try (provider as? Self)?.devices() }
}

extension CPUSetProvider {
    static func sharedCPUs(of provider: any Provider) -> CPUSet? { (provider as? Self)?.sharedCPUs }
}

extension MemoryStateProvider {
    static func memoryStates(of provider: any Provider) -> [MemoryState]? { (provider as? Self)?.memoryStates() }
}

extension WatchingProvider {
    static func refreshSeconds(of provider: any Provider) -> UInt64? { (provider as? Self)?.refreshSeconds }
}
