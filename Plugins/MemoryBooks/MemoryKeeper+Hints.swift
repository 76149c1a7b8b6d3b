// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import ProviderKit

extension MemoryKeeper {
    /// Where the memory that is claimed could be: one list for all types together.
    ///
    /// Source: the kubelet's static memory manager policy, `GetTopologyHints`, `GetPodTopologyHints`.
    public func hints(for request: ResourceRequest) -> [ResourceAnswer] {
        let claimed = request.resources.filter { Self.isMemory($0) && claim.covers($0) }
        guard counts(request.pod.qos) else { return claimed.map { ResourceAnswer($0, .any) } }
        return claimed.map { ResourceAnswer($0, placement(of: $0, request)) }
    }

    private func placement(
        of resource: ResourceName, _ request: ResourceRequest
    ) -> ResourceAnswer.Placement {
        let need = request.need { $0.requests[resource] ?? 0 }
        // Types that only init containers ask for are not part of a pod's request.
        let isAsked = request.subjects.contains {
            $0.requests[resource] != nil && (request.subject != nil || $0.kind == .app)
        }
        guard isAsked else { return .any }
        if let held = held(resource, need, request) { return held }
        guard need == 0 || books.has(resource) else { return impossible(lacking(resource)) }
        let capacity = capacity(resource, need, request)
        let free = (capacity.pools + capacity.exact).reduce(UInt64(0)) { $0.addingClamped($1.free) }
        guard free >= need || settings.imitatesKubelet else {
            return .impossible(shortage(resource, need, within: books.nodeMask, free: capacity.pools))
        }
        return .capacity(capacity)
    }

    private func impossible(_ reason: Reason) -> ResourceAnswer.Placement {
        settings.imitatesKubelet ? .any : .impossible(reason)
    }

    private func capacity(
        _ resource: ResourceName, _ need: UInt64, _ request: ResourceRequest
    ) -> Capacity {
        let pools = books.nodes.map {
            Capacity.Pool(
                nodes: [$0.id], free: books.free(resource, on: $0), total: $0.allocatable[resource] ?? 0)
        }
        var exact: [Capacity.Pool] = []
        for place in books.reusable(resource, inPod: request.pod.uid, but: request.subject?.name) {
            let block = books.blocks[place]
            if let known = exact.firstIndex(where: { $0.nodes == block.nodes }) {
                exact[known].free = exact[known].free.addingClamped(block.bytes)
            } else {
                exact.append(Capacity.Pool(nodes: block.nodes, free: block.bytes, total: 0))
            }
        }
        return Capacity(
            need: need, universe: books.nodeMask.intersection(request.candidateNodes), pools: pools,
            exact: exact, groups: books.groups, joint: "memory", elseAny: settings.imitatesKubelet)
    }

    /// Where the subject's memory is, if it has any.
    private func held(
        _ resource: ResourceName, _ need: UInt64, _ request: ResourceRequest
    ) -> ResourceAnswer.Placement? {
        let blocks = books.blocks.filter { $0.holder.isSubject(of: request) && $0.resource == resource }
        guard !blocks.isEmpty else { return nil }
        let bytes = blocks.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
        if let subject = request.subject, bytes != need, subject.kind != .initialization {
            return impossible(heldOtherwise(subject.name, ResourceAmount(resource, need), bytes))
        }
        let mask = blocks.reduce(NUMANodeMask()) { $0.union($1.nodes) }
        return .hints([TopologyHint(nodes: mask, isPreferred: true)])
    }

    func lacking(_ resource: ResourceName) -> Reason {
        Reason(
            "no node has \(resource)", code: "no-such-memory",
            facts: [.init("resource", "\(resource)"), .init("free", "0"), .init("total", "0")])
    }

    /// Why a container cannot be placed: the first type of which there is too little, or else the
    /// nodes that others use together.
    func shortage(_ amounts: ResourceAmounts, _ holder: PodHolder, _ placement: Placement) -> Reason {
        let strict = placement.affinity.isPreferred ? placement.affinity.nodes : nil
        let mask = strict ?? books.nodeMask
        for amount in amounts where books.supply(amount.resource, on: mask, for: holder) < amount.quantity {
            let pools = books.nodes.filter { mask.contains($0.id) }.map {
                Capacity.Pool(nodes: [$0.id], free: books.free(amount.resource, on: $0), total: 0)
            }
            return shortage(amount.resource, amount.quantity, within: mask, free: pools)
        }
        let names = amounts.resources.map(\.rawValue).joined(separator: " and ")
        let groups = books.groups.filter { $0.intersects(mask) }.map { "{\($0.list)}" }
        return Reason(
            "no set of nodes fits \(names): nodes are in use as \(Reason.list(groups)), "
                + "and each of these is used as a whole or not at all", code: "node-groups-in-use")
    }

    private func shortage(
        _ resource: ResourceName, _ need: UInt64, within mask: NUMANodeMask, free pools: [Capacity.Pool]
    ) -> Reason {
        let places = pools.map { "node \($0.nodes.list) has \(resource.text(of: $0.free))" }
        let sum = pools.reduce(UInt64(0)) { $0.addingClamped($1.free) }
        return Reason(
            "\(Reason.list(places)) free \(resource), \(resource.text(of: need)) requested",
            code: "not-enough-memory",
            facts: [
                .init("resource", "\(resource)"), .init("nodes", mask.list), .init("free", "\(sum)"),
                .init("requested", "\(need)"),
            ])
    }
}
