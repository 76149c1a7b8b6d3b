// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
public import NUMACore

/// What an instance's table must have, and the table of what it has in stock.
extension ProviderInstance {
    /// What it claims and observes, by a table that has all that is required.
    static func names(in table: UnsafePointer<nh_provider>) throws(BrokenRule) -> ResourceView {
        if let missing = unsafe missingMember(table) {
            throw BrokenRule("its provider table has no \(missing), which is required", .table)
        }
        let claims = try unsafe names(table.pointee.claims, "claims")
        let observes =
            unsafe BorderRecord.isSet(table, \.observes) ? try names(table.pointee.observes, "observes") : []
        return ResourceView(claims: claims, observes: observes)
    }

    /// Destroys what `create` made and cannot be used. The host table must outlast an instance that has
    /// no `destroy`, since its threads may still call it: such a table is never freed.
    static func discard(_ table: UnsafePointer<nh_provider>, _ host: HostTable) {
        if unsafe BorderRecord.isSet(table, \.destroy) {
            unsafe table.pointee.destroy(table)
        } else {
            _ = unsafe Unmanaged.passRetained(host)
        }
    }

    /// The first required member that the table lacks, or nil.
    private static func missingMember(_ table: UnsafePointer<nh_provider>) -> String? {
        let required: [(String, PartialKeyPath<nh_provider>)] = unsafe [
            ("claims", \.claims), ("destroy", \.destroy), ("restore", \.restore), ("start", \.start),
            ("stop", \.stop), ("hints", \.hints), ("prepare", \.prepare), ("release", \.release),
            ("commit", \.commit), ("rollback", \.rollback),
        ]
        return unsafe required.first { unsafe !BorderRecord.isSet(table, $0.1) }?.0
    }

    /// The names of a list that ends in NULL: visible ASCII, `*` at the end alone, each once.
    private static func names(
        _ list: UnsafePointer<UnsafePointer<CChar>?>?, _ member: String
    ) throws(BrokenRule) -> [ResourceClaim] {
        guard let list = unsafe list else { return [] }
        var names: [ResourceClaim] = []
        while let name = unsafe list[names.count] {
            let text = try unsafe BorderRecord.text(name, "its \(member) have a name")
            guard isWellFormed(text) else {
                throw BrokenRule(
                    BorderRecord.printable(
                        "its \(member) have \"\(text)\", which is no name of a resource, nor a family like hugepages-*")
                )
            }
            let claim = ResourceClaim(text)
            guard !names.contains(claim) else { throw BrokenRule("its \(member) have \(text) twice") }
            guard names.count < nameLimit else { throw BrokenRule("its \(member) are more than \(nameLimit)") }
            names.append(claim)
        }
        return names
    }

    /// The most names that an instance may claim, and observe.
    private static let nameLimit = 4096

    /// A Kubernetes name has at most 253 bytes of prefix, a slash and 63 of name.
    private static func isWellFormed(_ name: String) -> Bool {
        let stem = name.utf8.last == UInt8(ascii: "*") ? name.utf8.dropLast() : name.utf8[...]
        return !stem.isEmpty && stem.count <= 317
            && stem.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "*") }
    }

    /// The table of an extension, or nil if it does not offer that.
    func table(of extensionID: String) -> UnsafeRawPointer? {
        if let known = unsafe extensions[extensionID] { return unsafe known }
        guard unsafe BorderRecord.isSet(table, \.extension), let ask = unsafe table.pointee.extension else {
            return nil
        }
        let found = unsafe ask(table, extensionID)
        unsafe extensions[extensionID] = .some(found)
        return unsafe found
    }

    /// What it has, by the extension numa-hints.stock/1; empty if it does not offer that.
    public func stock() throws(ProviderFailure) -> [Stock] {
        guard let raw = unsafe stockTable else { return [] }
        let stocks = unsafe raw.assumingMemoryBound(to: nh_stocks.self)
        guard unsafe BorderRecord.isSet(stocks, \.each) else {
            throw fault("extension", "\(NH_EXT_STOCK) has no each")
        }
        let walk = StockWalk(isClaimed: isDeclared)
        let status = withExtendedLifetime(walk) {
            // The context does not outlive the call, which keeps the walk.
            unsafe stocks.pointee.each(
                table, { context, record in unsafe StockWalk.of(context)?.visit(record) ?? false },
                Unmanaged.passUnretained(walk).toOpaque())
        }
        do throws(ProviderFailure) { try check(status, "stock") } catch {
            guard isIgnored(error) else { throw error }
            return []
        }
        if let rule = walk.brokenRule { throw fault("stock", rule) }
        return yielded.isEmpty ? walk.stock : walk.stock.filter { isClaimed($0.resource) }
    }
}
