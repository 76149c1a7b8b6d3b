// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
public import NUMACore

/// What an instance's table must have, and the table of what it has in stock.
extension ProviderInstance {
    /// The first required member that the table lacks, or nil.
    static func missingMember(_ table: UnsafePointer<nh_provider>) -> String? {
        let required: [(String, PartialKeyPath<nh_provider>)] = unsafe [
            ("claims", \.claims), ("destroy", \.destroy), ("restore", \.restore), ("start", \.start),
            ("stop", \.stop), ("hints", \.hints), ("prepare", \.prepare), ("release", \.release),
            ("commit", \.commit), ("rollback", \.rollback),
        ]
        return unsafe required.first { unsafe !BorderRecord.isSet(table, $0.1) }?.0
    }

    /// The names of a list that ends in NULL.
    static func names(_ list: UnsafePointer<UnsafePointer<CChar>?>?) -> [ResourceClaim] {
        guard let list = unsafe list else { return [] }
        var names: [ResourceClaim] = []
        while let name = unsafe list[names.count] {
            names.append(ResourceClaim(unsafe String(cString: name)))
        }
        return names
    }

    /// What it has, by the extension numa-hints.stock/1; empty if it does not offer that.
    public func stock() throws(ProviderFailure) -> [Stock] {
        guard unsafe BorderRecord.isSet(table, \.extension), let ask = unsafe table.pointee.extension,
            let raw = unsafe ask(table, NH_EXT_STOCK)
        else { return [] }
        let stocks = unsafe raw.assumingMemoryBound(to: nh_stocks.self)
        guard unsafe BorderRecord.isSet(stocks, \.each) else {
            throw fault("extension", "\(NH_EXT_STOCK) has no each")
        }
        let walk = StockWalk()
        let status = withExtendedLifetime(walk) {
            // The context does not outlive the call, which keeps the walk.
            unsafe stocks.pointee.each(
                table, { context, record in unsafe StockWalk.of(context)?.visit(record) ?? false },
                Unmanaged.passUnretained(walk).toOpaque())
        }
        try check(status, "stock")
        if let rule = walk.brokenRule { throw fault("stock", rule) }
        return walk.stock
    }
}

/// Receives what a provider has in stock.
private final class StockWalk {
    var stock: [Stock] = []
    var brokenRule: String?

    static func of(_ context: UnsafeMutableRawPointer?) -> StockWalk? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<StockWalk>.fromOpaque(context).takeUnretainedValue()
    }

    func visit(_ record: UnsafePointer<nh_stock>) -> Bool {
        guard unsafe BorderRecord.has(record, \.total), unsafe BorderRecord.isSet(record, \.resource),
            let nodes: NUMANodeMask = unsafe BorderRecord.set(record.pointee.nodes)
        else {
            brokenRule =
                "gave a record that is too short, without a resource, or with nodes NULL though counted"
            return false
        }
        let locality: Locality =
            switch unsafe Int(record.pointee.locality) {
            case Int(NH_LOCALITY_ANY): .any
            case Int(NH_LOCALITY_SET): .nodes(nodes)
            default: .unknown
            }
        let resource = ResourceName(unsafe String(cString: record.pointee.resource))
        unsafe stock.append(
            Stock(resource, locality: locality, free: record.pointee.free, total: record.pointee.total))
        return true
    }
}
