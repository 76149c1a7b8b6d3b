// SPDX-License-Identifier: Apache-2.0

import MemoryBooks
public import NUMACore
public import ProviderKit

/// System memory of Guaranteed pods; keeps the books of huge pages too, which it observes.
public struct MemoryProvider: StockProvider, StartObserver, MemoryStateProvider {
    public static let descriptor = ProviderDescriptor(
        id: "org.numa-hints.memory", version: "0.1.0", summary: "The memory of Guaranteed pods, node by node",
        hasBooksOnly: true)

    public let observes = [ResourceClaim("hugepages-*")]
    private var keeper: MemoryKeeper

    public init(context: ProviderContext) throws {
        keeper = try MemoryKeeper(ResourceClaim("memory"), context)
    }

    public var claims: [ResourceClaim] { [keeper.claim] }

    public func hints(for request: ResourceRequest) -> [ResourceAnswer] { keeper.hints(for: request) }
    public func stock() -> [Stock] { keeper.stock() }

    public mutating func prepare(_ request: ResourceRequest, _ placement: Placement) throws -> [Assignment] {
        try keeper.prepare(request, placement)
    }

    public mutating func release(_ holder: Holder) { keeper.release(holder) }
    public mutating func restore(_ request: ResourceRequest) throws { try keeper.restore(request) }
    public mutating func started(_ container: Holder) { keeper.started(container) }
    public func memoryStates() -> [MemoryState] { keeper.states() }
    public mutating func restore(_ state: MemoryState) throws { try keeper.restore(state) }
}
