// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

/// A provider of four cards, two on each of two nodes.
struct CardProvider: StockProvider, DeviceProvider {
    static let descriptor = ProviderDescriptor(
        id: "org.example.card", version: "1.0.0", summary: "Four cards", hasBooksOnly: true)

    let claims = [ResourceClaim("example.org/card")]
    let observes = [ResourceClaim("example.org/slot")]
    let context: ProviderContext
    var pool: DevicePool

    init(context: ProviderContext) throws {
        try context.settingsObject().allow(["word"])
        if try context.settingsObject().string("word") == "surprise" { throw Surprise() }
        self.context = context
        pool = DevicePool(
            (0..<4).map {
                PooledDevice(id: "c\($0)", resource: "example.org/card", locality: .nodes([$0 / 2]))
            })
    }

    struct Surprise: Error {}

    func hints(for request: ResourceRequest) -> [ResourceAnswer] {
        request.resources.filter(pool.resources.contains).map { pool.answer(for: $0, request) }
    }

    func stock() -> [Stock] { pool.stock.reversed() }
    func devices() -> [ListedDevice] { pool.listed.reversed() }

    mutating func prepare(_ request: ResourceRequest, _ placement: Placement) throws -> [Assignment] {
        context.log(.info, "prepares \(request.subject?.name ?? "-")")
        return try pool.prepare(request, placement)
    }

    mutating func release(_ holder: Holder) { pool.release(holder) }
    mutating func restore(_ request: ResourceRequest) throws { try pool.restore(request) }
}
