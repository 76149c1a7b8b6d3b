// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import NUMACore
import ProviderHost

/// Nodes with more huge pages or devices, with less that is reserved, and under other options of their CPU manager.
extension Node {
    // MARK: More

    /// With more huge pages, or devices of the devices provider, on one node: as few as do.
    mutating func withMore(_ pod: PodSpec, _ explained: Explanation, _ goal: Goal) -> [Change] {
        var found: [Change] = []
        for asked in explained.askedResources where asked.resource.hugepageSize != nil || isListed(asked.resource) {
            for node in machine.nodeMask {
                var trace: DecisionTrace?
                let more = LeastAmount.least(
                    upTo: pod.requested(asked.resource), step: asked.step, likely: asked.gaps(at: node)
                ) { amount in
                    guard let others = supplying(amount, of: asked.resource, on: node),
                        let made = attempt(pod, goal, instead: others)
                    else { return false }
                    trace = made
                    return true
                }
                // The last that did is the least.
                guard let more, let trace else { continue }
                found.append(Change(.supply(asked.resource, node: node, more: more), admitted: trace))
            }
        }
        return found
    }

    /// Whether it is in the inventory of the settings.
    private func isListed(_ resource: ResourceName) -> Bool {
        registry.providers.contains { $0.id == DeviceWords.provider && $0.isClaimed(resource) }
    }

    private func supplying(_ more: UInt64, of resource: ResourceName, on node: Int) -> [ProviderInstance]? {
        guard let size = resource.hugepageSize else {
            // A machine takes no more cards than that.
            guard more <= 1024 else { return nil }
            return variants(of: [DeviceWords.provider]) { _, own in
                guard var words = DeviceWords(own) else { return nil }
                let devices = (0..<more).map {
                    DeviceWords.Device(id: "\(resource) more \($0)", nodes: [node], resource: resource.rawValue)
                }
                words.devices = (words.devices ?? []) + devices
                return words.json
            }
        }
        guard let place = machine.nodes.firstIndex(where: { $0.id == node }) else { return nil }
        var other = machine
        if let known = other.nodes[place].hugepages.firstIndex(where: { $0.pageSize == size }) {
            var pool = other.nodes[place].hugepages[known]
            pool.totalBytes = pool.totalBytes.addingClamped(more)
            pool.freeBytes = pool.freeBytes.map { $0.addingClamped(more) }
            other.nodes[place].hugepages[known] = pool
        } else {
            let pool = Machine.HugepagePool(pageSize: size, totalBytes: more, freeBytes: more)
            other.nodes[place].hugepages.append(pool)
            other.nodes[place].hugepages.sort { $0.pageSize < $1.pageSize }
        }
        // They are made of the node's memory.
        let pages = other.nodes[place].hugepages.reduce(UInt64(0)) { $0.addingClamped($1.totalBytes) }
        guard pages <= other.nodes[place].memoryBytes else { return nil }
        return variants(of: MemoryWords.providers, on: other) { _, own in own }
    }

    // MARK: Less reserved

    /// With less of a resource reserved for the system: as much of it left as does.
    mutating func withLessReserved(_ pod: PodSpec, _ explained: Explanation, _ goal: Goal) -> [Change] {
        explained.askedResources.flatMap { asked in
            asked.resource == .cpu ? withFewerReservedCPUs(pod, goal) : withLessReserved(of: asked, pod, goal)
        }
    }

    private mutating func withLessReserved(of asked: AskedResource, _ pod: PodSpec, _ goal: Goal) -> [Change] {
        var found: [Change] = []
        for provider in registry.providers where MemoryWords.providers.contains(provider.id) {
            guard provider.isClaimed(asked.resource),
                let words = MemoryWords(settings.settingsByID[provider.id] ?? "{}")
            else { continue }
            for own in words.reservedMemory ?? [] where own.resource == asked.resource.rawValue {
                var trace: DecisionTrace?
                let less = LeastAmount.least(upTo: own.bytes, step: asked.step, likely: asked.gaps(at: own.node)) {
                    amount in
                    let others = variants(of: MemoryWords.providers) { _, json in
                        guard var words = MemoryWords(json) else { return nil }
                        words.reservedMemory = words.reservedMemory?.map { other in
                            var other = other
                            guard (other.node, other.resource) == (own.node, own.resource) else { return other }
                            other.bytes -= min(amount, other.bytes)
                            return other
                        }
                        return words.json
                    }
                    guard let others, let made = attempt(pod, goal, instead: others) else { return false }
                    trace = made
                    return true
                }
                guard let less, let trace else { continue }
                let kind = Change.Kind.reserve(
                    asked.resource, node: own.node, from: own.bytes, to: own.bytes - less)
                found.append(Change(kind, admitted: trace))
            }
        }
        return found
    }

    private mutating func withFewerReservedCPUs(_ pod: PodSpec, _ goal: Goal) -> [Change] {
        guard let words = CPUWords(settings.settingsByID[CPUWords.provider] ?? "{}") else { return [] }
        guard let list = words.reservedCPUs.flatMap({ CPUSet(list: $0) }) else {
            let count = (words.reservedMillicpus ?? 0) / 1000 + ((words.reservedMillicpus ?? 0) % 1000 == 0 ? 0 : 1)
            return fewer(count, node: nil, pod, goal) { words, left in words.reservedMillicpus = left * 1000 }
        }
        return machine.nodes.flatMap { node in
            let own = list.intersection(node.cpus)
            // A kubelet does not start with none.
            let spare = own.count == list.count ? 1 : 0
            return fewer(UInt64(own.count), node: node.id, keeping: UInt64(spare), pod, goal) { words, left in
                let kept = CPUSet(own.prefix(Int(clamping: left)))
                words.reservedCPUs = list.subtracting(own).union(kept).list
            }
        }
    }

    private mutating func fewer(
        _ count: UInt64, node: Int?, keeping least: UInt64 = 1, _ pod: PodSpec, _ goal: Goal,
        _ reserve: (inout CPUWords, UInt64) -> Void
    ) -> [Change] {
        for less in 1..<max(1, min(count, Self.mostReservedCPUs) + 1) where count - less >= least {
            let others = variants(of: [CPUWords.provider]) { _, json in
                guard var words = CPUWords(json) else { return nil }
                reserve(&words, count - less)
                return words.json
            }
            guard let others, let trace = attempt(pod, goal, instead: others) else { continue }
            let kind = Change.Kind.reserve(.cpu, node: node, from: count * 1000, to: (count - less) * 1000)
            return [Change(kind, admitted: trace)]
        }
        return []
    }

    private static let mostReservedCPUs: UInt64 = 16

    // MARK: Options

    /// With one option of the CPU manager's static policy the other way round.
    mutating func underOtherOptions(_ pod: PodSpec, _ explained: Explanation, _ goal: Goal) -> [Change] {
        guard pod.canHaveExclusiveCPUs, let words = CPUWords(settings.settingsByID[CPUWords.provider] ?? "{}"),
            words.policy != "none"
        else { return [] }
        var found: [Change] = []
        for name in Self.options {
            let isOn = words.options?[name] ?? false
            let others = variants(of: [CPUWords.provider]) { _, json in
                guard var words = CPUWords(json) else { return nil }
                words.options = (words.options ?? [:]).merging([name: !isOn]) { $1 }
                return words.json
            }
            guard let others, let trace = attempt(pod, goal, instead: others) else { continue }
            found.append(Change(.option(name, isOn: !isOn), admitted: trace))
        }
        return found
    }

    /// Those that change which CPUs a container can have.
    private static let options = [
        "align-by-socket", "distribute-cpus-across-numa", "full-pcpus-only", "prefer-align-cpus-by-uncorecache",
    ]
}

extension PodSpec {
    /// What its containers ask for in all.
    fileprivate func requested(_ resource: ResourceName) -> UInt64 {
        containers.reduce(0) { $0.addingClamped($1.requests[resource] ?? 0) }
    }

    /// Whether a container of it asks for CPUs of its own.
    fileprivate var canHaveExclusiveCPUs: Bool {
        qos == .guaranteed && containers.contains { ($0.requests[.cpu] ?? 0) >= 1000 }
    }
}
