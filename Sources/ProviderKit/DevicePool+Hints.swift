// SPDX-License-Identifier: Apache-2.0

public import NUMACore

extension DevicePool {
    /// What of one resource a request may have.
    struct Supply {
        /// Held by nobody and healthy.
        var free: [Int] = []
        /// Held by an init container of the pod that will have ended, or by the subject itself.
        var reusable: [Int] = []

        var count: Int { free.count + reusable.count }

        /// By place: whether the device is among them.
        func flags(among count: Int) -> [Bool] {
            var flags = Array(repeating: false, count: count)
            for place in free { flags[place] = true }
            for place in reusable { flags[place] = true }
            return flags
        }
    }

    /// Where the subject's devices of one resource could be.
    ///
    /// Source: the kubelet's device manager, `GetTopologyHints`; a device near to every node is an
    /// addition of ours.
    public func answer(for resource: ResourceName, _ request: ResourceRequest) -> ResourceAnswer {
        let need = request.need { $0.requests[resource] ?? 0 }
        let members = members(of: resource)
        if need > 0, members.isEmpty {
            return ResourceAnswer(resource, .impossible(shortage(of: resource, members, Supply(), need: need)))
        }
        let local = members.contains {
            if case .nodes = devices[$0].locality { true } else { false }
        }
        guard need > 0, local else { return ResourceAnswer(resource, .any) }
        let held = members.filter { place in holders[place].contains { $0.isSubject(of: request) } }
        let supply: Supply
        if request.subject != nil || imitatesKubelet, !held.isEmpty {
            guard held.count == need else {
                let text =
                    "\(request.subject?.name ?? "the pod") holds \(held.count) \(resource) already, \(need) requested"
                return ResourceAnswer(resource, .impossible(Reason(text, code: "held-otherwise")))
            }
            supply = Supply(free: held)
        } else if !held.isEmpty, held.count == need {
            supply = Supply(free: held)
        } else {
            supply = self.supply(of: members, for: request, held: held)
        }
        guard supply.count >= need else {
            let reason = shortage(of: resource, members, supply, need: need)
            return ResourceAnswer(resource, .impossible(reason))
        }
        return ResourceAnswer(
            resource, .capacity(capacity(members, supply, need: need, candidates: request.candidateNodes)))
    }

    func supply(of members: [Int], for request: ResourceRequest, held: [Int]) -> Supply {
        var supply = Supply(free: members.filter(isFree))
        if imitatesKubelet {
            guard request.subject != nil, remembered.podUID == request.pod.uid else { return supply }
            supply.reusable = members.filter(remembered.places.contains)
            supply.free.removeAll(where: supply.reusable.contains)
            return supply
        }
        supply.reusable = members.filter { held.contains($0) || isReusable($0, request) }
        return supply
    }

    /// Held by ordinary init containers of the pod, and by nobody who will run beside the subject.
    private func isReusable(_ place: Int, _ request: ResourceRequest) -> Bool {
        !holders[place].isEmpty
            && holders[place].allSatisfy { $0.podUID == request.pod.uid && $0.kind == .initialization }
    }

    private func capacity(
        _ members: [Int], _ supply: Supply, need: UInt64, candidates: NUMANodeMask
    ) -> Capacity {
        var bearing = NUMANodeMask()
        for place in members {
            switch devices[place].locality {
            case .unknown: break
            case .any: bearing = bearing.union(candidates)
            case .nodes(let nodes): bearing = bearing.union(nodes)
            }
        }
        let universe = bearing.isEmpty ? candidates : bearing.intersection(candidates)
        let isUsable = supply.flags(among: devices.count)
        let amounts = members.map { (devices[$0].locality, isUsable[$0] ? UInt64(1) : 0, UInt64(1)) }
        let pools = Self.grouped(amounts).compactMap { sum -> Capacity.Pool? in
            switch sum.locality {
            case .unknown: nil
            case .any: Capacity.Pool(nodes: universe, free: sum.free, total: sum.total)
            case .nodes(let nodes):
                nodes.isEmpty ? nil : Capacity.Pool(nodes: nodes, free: sum.free, total: sum.total)
            }
        }
        var mustMeet: [NUMANodeMask] = []
        for place in supply.reusable {
            guard case .nodes(let nodes) = devices[place].locality, !mustMeet.contains(nodes) else {
                continue
            }
            mustMeet.append(nodes)
        }
        return Capacity(need: need, universe: universe, pools: pools, mustMeet: mustMeet)
    }

    /// Why there is too little: the free devices place by place.
    func shortage(of resource: ResourceName, _ members: [Int], _ supply: Supply, need: UInt64) -> Reason {
        let isUsable = supply.flags(among: devices.count)
        let sums = Self.grouped(members.map { (devices[$0].locality, isUsable[$0] ? 1 : 0, 1) })
        let places = sums.map { sum in
            switch sum.locality {
            case .unknown: "a place unknown has \(sum.free)"
            case .any: "every node alike has \(sum.free)"
            case .nodes([]): "no node in particular has \(sum.free)"
            case .nodes(let nodes) where nodes.count == 1: "node \(nodes.list) has \(sum.free)"
            case .nodes(let nodes): "nodes \(nodes.list) have \(sum.free)"
            }
        }
        let text =
            places.isEmpty
            ? "there is no \(resource), \(need) requested"
            : "\(Reason.list(places)) free \(resource), \(need) requested"
        return Reason(
            text, code: "not-enough-devices",
            facts: [
                .init("resource", "\(resource)"), .init("free", "\(supply.count)"),
                .init("total", "\(members.count)"), .init("requested", "\(need)"),
            ])
    }
}
