// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A provider of countable devices whose books are a ``DevicePool``.
///
/// What is left to write is what the provider is, and where its devices come from:
///
///     struct Cards: CountableDevices {
///         static let descriptor = ProviderDescriptor(
///             id: "com.example.card", version: "1.0.0", summary: "Cards", hasBooksOnly: true)
///         var pool: DevicePool
///
///         init(context: ProviderContext) throws {
///             pool = DevicePool([PooledDevice(id: "card-0", resource: "example.com/card", locality: .nodes([0]))])
///         }
///     }
///
/// It may do more in any of the calls, and then asks its pool: to add attributes to the pieces, say.
public protocol CountableDevices: StockProvider, DeviceProvider {
    /// The devices, and who holds them.
    var pool: DevicePool { get set }
}

extension CountableDevices {
    /// The resources of the pool.
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
