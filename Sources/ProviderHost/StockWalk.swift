// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Receives what a provider has in stock, and notes the first rule of the contract that it breaks.
final class StockWalk {
    // To find out how a record is laid out takes longer than to read it.
    private static let recordSize = unsafe BorderRecord.size(through: \nh_stock.total)

    private let isClaimed: (ResourceName) -> Bool
    private(set) var stock: [Stock] = []
    private(set) var brokenRule: BrokenRule?

    init(isClaimed: @escaping (ResourceName) -> Bool) { self.isClaimed = isClaimed }

    static func of(_ context: UnsafeMutableRawPointer?) -> StockWalk? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<StockWalk>.fromOpaque(context).takeUnretainedValue()
    }

    /// Takes down one record; false if the walk is to end.
    func visit(_ record: UnsafePointer<nh_stock>) -> Bool {
        guard brokenRule == nil else { return false }
        do {
            stock.append(try unsafe value(record))
        } catch {
            brokenRule = error.of("gave")
        }
        return brokenRule == nil
    }

    private func value(_ record: UnsafePointer<nh_stock>) throws(BrokenRule) -> Stock {
        try unsafe BorderRecord.check(record, hasBytes: Self.recordSize, "a record")
        guard stock.count < BorderRecord.countLimit else {
            throw BrokenRule("more than \(BorderRecord.countLimit) records")
        }
        let resource = try unsafe resource(record.pointee.resource)
        let nodes: NUMANodeMask = try unsafe BorderRecord.set(record.pointee.nodes, "nodes")
        let value = unsafe Stock(
            resource, locality: try Self.locality(record.pointee.locality, nodes), free: record.pointee.free,
            total: record.pointee.total)
        guard value.free <= value.total else {
            throw BrokenRule("\(resource) with \(value.free) free of \(value.total)", .books)
        }
        if let last = stock.last, !Self.isAscending(last, value) {
            throw BrokenRule(
                "\(resource) out of order: records ascend by resource, locality, node count and nodes", .books)
        }
        return value
    }

    private func resource(_ text: UnsafePointer<CChar>) throws(BrokenRule) -> ResourceName {
        // Several places of one resource come in a row.
        if let last = stock.last, unsafe BorderRecord.isText(text, last.resource.rawValue) { return last.resource }
        let resource = ResourceName(try unsafe BorderRecord.text(text, "a resource"))
        guard isClaimed(resource), resource.rawValue.utf8.last != UInt8(ascii: "*") else {
            throw BrokenRule("\(resource), which it does not claim", .books)
        }
        return resource
    }

    static func locality(_ locality: nh_locality, _ nodes: NUMANodeMask) throws(BrokenRule) -> Locality {
        switch Int(locality) {
        case Int(NH_LOCALITY_UNKNOWN): return .unknown
        case Int(NH_LOCALITY_ANY): return .any
        case Int(NH_LOCALITY_SET) where !nodes.isEmpty: return .nodes(nodes)
        case Int(NH_LOCALITY_SET): throw BrokenRule("a place that is a set of no nodes")
        default: throw BrokenRule("the unknown locality \(locality)")
        }
    }

    /// Whether the right one comes after: each place of a resource once.
    private static func isAscending(_ left: Stock, _ right: Stock) -> Bool {
        guard left.resource == right.resource else { return left.resource < right.resource }
        switch (left.locality, right.locality) {
        case (.nodes(let mine), .nodes(let theirs)):
            return mine.count == theirs.count
                ? mine.lexicographicallyPrecedes(theirs) : mine.count < theirs.count
        case (.unknown, .any), (.unknown, .nodes), (.any, .nodes): return true
        default: return false
        }
    }
}
