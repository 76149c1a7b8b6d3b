// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import ProviderKit

extension CPUProvider {
    /// Where the exclusive CPUs of the subject could be.
    ///
    /// Source: the kubelet's static CPU manager policy, `GetTopologyHints`, `GetPodTopologyHints`.
    public func hints(for request: ResourceRequest) throws -> [ResourceAnswer] {
        guard request.resources.contains(.cpu) else { return [] }
        let need = request.need { exclusive($0, request.pod.qos) }
        guard need > 0 else { return [ResourceAnswer(.cpu, .any)] }
        var available = books.available
        var reusable = reusable(request)
        if let subject = request.subject {
            let holder = PodHolder(podUID: request.pod.uid, container: subject.name, kind: subject.kind)
            if let held = books.cpus(of: holder) {
                guard held.count == need else { return [heldOtherwise(subject.name, held, need)] }
                (available, reusable) = (held, [])
            }
        } else {
            let held = books.cpus(ofPod: request.pod.uid)
            if let other = heldOtherwise(in: request) { return [other] }
            if held.count == need {
                (available, reusable) = (held, [])
            } else {
                reusable = reusable.union(held)
            }
        }
        let free = available.union(reusable)
        guard free.count >= need else {
            return [ResourceAnswer(.cpu, .impossible(shortage(free, need: need)))]
        }
        let capacity = capacity(free, reusable, need: need, candidates: request.candidateNodes)
        guard hintsBySocket else { return [ResourceAnswer(.cpu, .capacity(capacity))] }
        let hints = socketHints(capacity)
        return [
            ResourceAnswer(.cpu, hints.isEmpty ? .impossible(shortage(free, need: need)) : .hints(hints))
        ]
    }

    private func capacity(
        _ free: CPUSet, _ reusable: CPUSet, need: UInt64, candidates: NUMANodeMask
    ) -> Capacity {
        let pools = nodes.map { node, cpus in
            Capacity.Pool(
                nodes: [node], free: UInt64(cpus.intersection(free).count) * 1000,
                total: UInt64(cpus.count) * 1000)
        }
        return Capacity(
            need: need * 1000, universe: NUMANodeMask(nodes.map(\.node)).intersection(candidates),
            pools: pools,
            mustMeet: nodes.filter { $0.cpus.intersects(reusable) }.map { [$0.node] })
    }

    /// The answer for a pod of which a container holds another number of CPUs than it asks for.
    private func heldOtherwise(in request: ResourceRequest) -> ResourceAnswer? {
        for container in request.pod.containers {
            let holder = PodHolder(podUID: request.pod.uid, container: container.name, kind: container.kind)
            let need = exclusive(container, request.pod.qos)
            if let held = books.cpus(of: holder), held.count != need {
                return heldOtherwise(container.name, held, need)
            }
        }
        return nil
    }

    private func heldOtherwise(_ name: String, _ held: CPUSet, _ need: UInt64) -> ResourceAnswer {
        let text = "\(name) holds \(held.count) CPUs already, \(need) requested"
        return ResourceAnswer(.cpu, .impossible(Reason(text, code: "held-otherwise")))
    }

    /// Why there are too few CPUs: how many are free, node by node.
    func shortage(_ free: CPUSet, need: UInt64) -> Reason {
        let places = nodes.map {
            "node \($0.node) has \($0.cpus.intersection(free).count) of \($0.cpus.count)"
        }
        return Reason(
            "needs \(need) CPU\(need == 1 ? "" : "s"), \(free.count) of \(books.usable.count) are free: "
                + Reason.list(places),
            code: "not-enough-cpus",
            facts: [
                .init("resource", "cpu"), .init("free", "\(free.count)"),
                .init("total", "\(books.usable.count)"), .init("reserved", "\(books.reserved.count)"),
                .init("requested", "\(need)"),
            ])
    }
}
