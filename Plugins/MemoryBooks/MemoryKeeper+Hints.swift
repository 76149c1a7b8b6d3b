// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import ProviderKit

extension MemoryKeeper {
    /// Where the memory that is claimed could be: one list for all types together.
    ///
    /// Source: the kubelet's static memory manager policy, `GetTopologyHints`, `GetPodTopologyHints`.
    public func hints(for request: ResourceRequest) -> [ResourceAnswer] {
        let claimed = request.resources.filter { Self.isMemory($0) && claim.covers($0) }
        guard counts(request.pod.qos), !claimed.isEmpty else { return claimed.map { ResourceAnswer($0, .any) } }
        // Types that only init containers ask for are not part of a pod's request.
        let asked = request.resources.filter { resource in
            Self.isMemory(resource)
                && request.subjects.contains {
                    $0.requests[resource] != nil && (request.subject != nil || $0.kind == .app)
                }
        }
        if let held = settings.imitatesKubelet ? heldAsKubelet(request, asked) : held(request) {
            return claimed.map { ResourceAnswer($0, asked.contains($0) ? held : .any) }
        }
        if settings.imitatesKubelet,
            asked.contains(where: { name in !books.has(name) && request.need { $0.requests[name] ?? 0 } > 0 })
        {
            return claimed.map { ResourceAnswer($0, .any) }
        }
        let needs = asked.compactMap { resource in
            books.types.firstIndex(of: resource).map { type in
                MemoryNeed(type: type, bytes: request.need { $0.requests[resource] ?? 0 })
            }
        }
        return claimed.map { resource in
            let need = needs.first { books.types[$0.type] == resource }
            return ResourceAnswer(resource, asked.contains(resource) ? placement(need, resource, needs, request) : .any)
        }
    }

    private func placement(
        _ need: MemoryNeed?, _ resource: ResourceName, _ needs: [MemoryNeed], _ request: ResourceRequest
    ) -> ResourceAnswer.Placement {
        guard let need, need.bytes == 0 || books.has(resource) else { return .impossible(lacking(resource)) }
        if settings.imitatesKubelet, !books.isConsistent, books.nodes.count <= Self.mostListed {
            return listed(needs, pod: request.pod.uid)
        }
        let capacity = capacity(need, request)
        let free = (capacity.pools + capacity.exact).reduce(UInt64(0)) { $0.addingClamped($1.free) }
        guard free >= need.bytes || settings.imitatesKubelet else {
            return .impossible(shortage(need, within: books.nodeMask, code: "not-enough-memory"))
        }
        return .capacity(capacity)
    }

    private func capacity(_ need: MemoryNeed, _ request: ResourceRequest) -> Capacity {
        let pools = books.nodes.map {
            Capacity.Pool(nodes: [$0.id], free: $0.free[need.type], total: $0.allocatable[need.type])
        }
        let isOwn = books.leftovers.podUID == request.pod.uid
        let left = isOwn ? books.leftovers.list.filter { $0.type == need.type && $0.bytes > 0 } : []
        return Capacity(
            need: need.bytes, universe: books.nodeMask.intersection(request.candidateNodes), pools: pools,
            exact: left.map { Capacity.Pool(nodes: $0.nodes, free: $0.bytes, total: 0) }, groups: books.groups,
            joint: "memory", elseAny: settings.imitatesKubelet)
    }

    /// The most nodes whose masks are listed one by one; the kubelet runs on no more than 8 unless it is told to.
    private static let mostListed = 12

    /// The masks one by one, where a capacity cannot say it: nodes that disagree about their group, as a kubelet's
    /// may after a single node of a group was given alone.
    private func listed(_ needs: [MemoryNeed], pod uid: String) -> ResourceAnswer.Placement {
        let fewest = books.fewestNodes(needs)
        var masks: [NUMANodeMask] = [[]]
        for node in books.nodes { masks += masks.map { $0.union([node.id]) } }
        let offered = masks.filter { !$0.isEmpty && books.isOffered($0, needs, pod: uid) }
            .sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count }
        return offered.isEmpty
            ? .any : .hints(offered.map { TopologyHint(nodes: $0, isPreferred: $0.count == fewest) })
    }

    /// Where the subject's memory is, if it has any.
    private func held(_ request: ResourceRequest) -> ResourceAnswer.Placement? {
        let blocks = (books.pods[request.pod.uid]?.blocks ?? []).filter { $0.holder.isSubject(of: request) }
        guard !blocks.isEmpty else { return nil }
        if let subject = request.subject, subject.kind != .initialization {
            for (type, resource) in books.types.enumerated() {
                let bytes = blocks.reduce(UInt64(0)) { $1.type == type ? $0.addingClamped($1.bytes) : $0 }
                let need = subject.requests[resource] ?? 0
                guard bytes == need else {
                    return .impossible(heldOtherwise(subject.name, resource, need, bytes))
                }
            }
        }
        return .hints([TopologyHint(nodes: blocks.reduce([]) { $0.union($1.nodes) }, isPreferred: true)])
    }

    /// Where the subject's memory is, as the kubelet says it: of a pod the first container with memory stands for
    /// all, and if it does not have just what is requested, there is no preference.
    private func heldAsKubelet(
        _ request: ResourceRequest, _ asked: [ResourceName]
    ) -> ResourceAnswer.Placement? {
        for subject in request.subjects {
            let holder = PodHolder(podUID: request.pod.uid, container: subject.name, kind: subject.kind)
            let blocks = books.blocks(of: holder)
            guard let first = blocks.first else { continue }
            let isSame =
                blocks.count == asked.count
                && blocks.allSatisfy { block in
                    let resource = books.types[block.type]
                    return asked.contains(resource) && request.need { $0.requests[resource] ?? 0 } == block.bytes
                }
            return isSame ? .hints([TopologyHint(nodes: first.nodes, isPreferred: true)]) : .any
        }
        return nil
    }

    func lacking(_ resource: ResourceName) -> Reason {
        Reason(
            "no node has \(resource)", code: "no-such-memory",
            facts: [.init("resource", "\(resource)"), .init("free", "0"), .init("total", "0")])
    }

    func heldOtherwise(
        _ container: String, _ resource: ResourceName, _ need: UInt64, _ bytes: UInt64
    ) -> Reason {
        Reason(
            "\(container) holds \(resource.text(of: bytes)) of \(resource) already, "
                + "\(resource.text(of: need)) requested", code: "held-otherwise")
    }
}
