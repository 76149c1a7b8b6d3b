// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// Devices that its settings list: for tests, for replays, and for devices that no bus shows.
public struct DevicesProvider: StockProvider, DeviceProvider {
    public static let descriptor = ProviderDescriptor(
        id: "org.numa-hints.devices", version: "0.1.0", summary: "An inventory of devices from its settings",
        hasBooksOnly: true)

    private var pool: DevicePool

    public init(context: ProviderContext) throws {
        let settings = try DevicesSettings(context.settingsObject(), nodes: context.machine?.nodeMask)
        pool = DevicePool(settings.devices, imitatesKubelet: settings.imitatesKubelet)
    }

    public var claims: [ResourceClaim] { pool.resources.map { ResourceClaim($0.rawValue) } }

    public func hints(for request: ResourceRequest) -> [ResourceAnswer] {
        request.resources.filter(pool.resources.contains).map { pool.answer(for: $0, request) }
    }

    public func stock() -> [Stock] { pool.stock }
    public func devices() -> [ListedDevice] { pool.listed }

    public mutating func prepare(_ request: ResourceRequest, _ placement: Placement) throws -> [Assignment] {
        try pool.prepare(request, placement)
    }

    public mutating func release(_ holder: Holder) { pool.release(holder) }
    public mutating func restore(_ request: ResourceRequest) throws { try pool.restore(request) }
}
