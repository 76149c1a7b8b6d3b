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
        if need > 0, members.places.isEmpty {
            return ResourceAnswer(resource, .impossible(shortage(of: resource, members, Supply(), need: need)))
        }
        let local = members.groups.contains {
            if case .nodes = $0.locality { true } else { false }
        }
        guard need > 0, local else { return ResourceAnswer(resource, .any) }
        let held = members.places.filter { place in holders[place].contains { $0.isSubject(of: request) } }
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
            supply = self.supply(of: members.places, for: request, held: held)
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
        for place in members where !holders[place].isEmpty {
            if held.contains(place) || isReusable(place, request.pod.uid) { supply.reusable.append(place) }
        }
        return supply
    }

    /// Held by ordinary init containers of the pod alone, and by nobody who will run beside the subject.
    private func isReusable(_ place: Int, _ uid: String) -> Bool {
        holders[place].allSatisfy { $0.podUID == uid && $0.kind == .initialization }
    }

    private func capacity(
        _ members: Members, _ supply: Supply, need: UInt64, candidates: NUMANodeMask
    ) -> Capacity {
        var bearing = NUMANodeMask()
        for group in members.groups {
            switch group.locality {
            case .unknown: break
            case .any: bearing = bearing.union(candidates)
            case .nodes(let nodes): bearing = bearing.union(nodes)
            }
        }
        let universe = bearing.isEmpty ? candidates : bearing.intersection(candidates)
        let pools = sums(of: members, supply).compactMap { sum -> Capacity.Pool? in
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

    /// How many there are and how many may be had, by locality.
    private func sums(
        of members: Members, _ supply: Supply
    ) -> [(locality: Locality, free: UInt64, total: UInt64)] {
        let isUsable = supply.flags(among: devices.count)
        return members.groups.map { group in
            (group.locality, count(group.places) { isUsable[$0] }, UInt64(group.places.count))
        }
    }

    /// Why there is too little: the free devices place by place.
    func shortage(of resource: ResourceName, _ members: Members, _ supply: Supply, need: UInt64) -> Reason {
        let sums = sums(of: members, supply)
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
                .init("total", "\(members.places.count)"), .init("requested", "\(need)"),
            ])
    }
}
