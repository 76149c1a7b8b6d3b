// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

extension MemoryKeeper {
    /// The mask on which a container is given what it needs: the affinity, if it has enough, or else the narrowest
    /// mask around it, or, without an affinity, the narrowest of all.
    ///
    /// Source: the kubelet's static memory manager policy, `Allocate`. Unlike there, a mask must also respect
    /// the groups in use, and what init containers left counts, unless the kubelet is to be imitated.
    func chooseMask(
        _ needs: [MemoryNeed], _ placement: Placement, pod uid: String
    ) throws(ProviderError) -> NUMANodeMask {
        if let wanted = try wantedMask(placement, needs) { return wanted }
        let isStrict = placement.affinity.isPreferred
        let given = placement.affinity.nodes?.intersection(books.nodeMask) ?? []
        guard !given.isEmpty else {
            guard let mask = books.bestMask(needs, pod: uid) else {
                throw refusal("no-default-affinity", needs, within: books.nodeMask, uid)
            }
            if isStrict, mask.count != books.fewestNodes(needs) {
                throw tooWide("default-hint-not-preferred", mask, needs)
            }
            return mask
        }
        let isEnough =
            settings.imitatesKubelet ? books.fits(given, needs) : books.isOffered(given, needs, pod: uid)
        var mask = given
        if !isEnough {
            guard let wider = books.bestMask(needs, pod: uid, containing: given) else {
                let isThere = books.fits(books.nodeMask, needs, leftoversOf: uid)
                throw refusal("cannot-extend", needs, within: isStrict && isThere ? given : books.nodeMask, uid)
            }
            if isStrict, wider.count != books.fewestNodes(needs) {
                throw refusal("extended-hint-not-preferred", needs, within: given, uid)
            }
            mask = wider
        }
        // A single node passes here whatever group it is in: the kubelet does not look.
        guard mask.count == 1 || books.groupsAllow(mask) else {
            throw groupsInUse("violates-numa-allocation", needs, mask)
        }
        return mask
    }

    /// The mask of the pieces that are wanted; nil if none are.
    private func wantedMask(_ placement: Placement, _ needs: [MemoryNeed]) throws(ProviderError) -> NUMANodeMask? {
        let wanted = placement.wanted.compactMap { piece -> NUMANodeMask? in
            guard case .memory(let nodes, _, _) = piece.piece else { return nil }
            return nodes
        }
        guard let mask = wanted.first else { return nil }
        guard wanted.allSatisfy({ $0 == mask }), mask.isSubset(of: books.nodeMask), books.groupsAllow(mask),
            books.fits(mask, needs)
        else {
            let text = "the memory that is wanted is not free on nodes \(mask.list)"
            throw ProviderError(.exhausted, Reason(text, code: "wanted-memory-not-free"))
        }
        return mask
    }

    /// The split of a type that is wanted, checked against what is free; empty if none is.
    func wantedShares(_ need: MemoryNeed, _ placement: Placement) throws(ProviderError) -> [Assignment.Share] {
        let type = books.types[need.type]
        for piece in placement.wanted where piece.resource == type {
            guard case .memory(let mask, _, let shares) = piece.piece, !shares.isEmpty else { continue }
            let sum = shares.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
            let fits = shares.allSatisfy { share in
                mask.contains(share.node)
                    && books.nodes.contains { $0.id == share.node && $0.free[need.type] >= share.bytes }
            }
            guard fits, sum == need.bytes, Set(shares.map(\.node)).count == shares.count else {
                let text = "the split of \(type) that is wanted does not fit"
                throw ProviderError(.exhausted, Reason(text, code: "wanted-split-does-not-fit"))
            }
            return shares.sorted { $0.node < $1.node }
        }
        return []
    }

    // MARK: Why not

    /// The first type of which there is too little on the nodes, or else the groups that are in the way.
    private func refusal(
        _ code: String, _ needs: [MemoryNeed], within mask: NUMANodeMask, _ uid: String
    ) -> ProviderError {
        for need in needs where !books.fits(mask, [need], leftoversOf: uid) {
            return ProviderError(.exhausted, shortage(need, within: mask, code: code))
        }
        return groupsInUse(code, needs, mask)
    }

    private func groupsInUse(_ code: String, _ needs: [MemoryNeed], _ mask: NUMANodeMask) -> ProviderError {
        let names = needs.map { books.types[$0.type].rawValue }.joined(separator: " and ")
        let groups = books.groups.filter { $0.intersects(mask) }.map { "{\($0.list)}" }
        return ProviderError(
            .exhausted,
            Reason(
                "no set of nodes fits \(names): nodes are in use as \(Reason.list(groups)), "
                    + "and each of these is used as a whole or not at all", code: code))
    }

    private func tooWide(_ code: String, _ mask: NUMANodeMask, _ needs: [MemoryNeed]) -> ProviderError {
        let names = needs.map { books.types[$0.type].rawValue }.joined(separator: " and ")
        let text =
            "\(names) would need the \(mask.count) nodes \(mask.list), and \(books.fewestNodes(needs) ?? 0) "
            + "would do on an empty machine: the policy allows no more"
        return ProviderError(.exhausted, Reason(text, code: code))
    }

    /// How much of a type there is on each of these nodes.
    func shortage(_ need: MemoryNeed, within mask: NUMANodeMask, code: String) -> Reason {
        let resource = books.types[need.type]
        let near = books.nodes.filter { mask.contains($0.id) }
        let places = near.map { "node \($0.id) has \(resource.text(of: $0.free[need.type]))" }
        let sum = near.reduce(UInt64(0)) { $0.addingClamped($1.free[need.type]) }
        return Reason(
            "\(Reason.list(places)) free \(resource), \(resource.text(of: need.bytes)) requested",
            code: code,
            facts: [
                .init("resource", "\(resource)"), .init("nodes", mask.list), .init("free", "\(sum)"),
                .init("requested", "\(need.bytes)"),
            ])
    }
}
