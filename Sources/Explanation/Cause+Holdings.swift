// SPDX-License-Identifier: Apache-2.0

public import Admission
public import NUMACore

extension Cause {
    /// What a container has of a resource that is short, there where it is short.
    public struct Holding: Hashable, Sendable {
        public var resource: ResourceName
        /// Several where the pieces are near to several, or it is not settled on which of them they are; none where that
        /// is not known.
        public var nodes: NUMANodeMask
        public var uid: String
        /// The pod's namespace and name, and the container's.
        public var holder: String
        /// In the unit of the resource.
        public var amount: UInt64

        package init(resource: ResourceName, nodes: NUMANodeMask, uid: String, holder: String, amount: UInt64) {
            self.resource = resource
            self.nodes = nodes
            self.uid = uid
            self.holder = holder
            self.amount = amount
        }
    }

    /// What others have of the resources that are short, on the nodes where less is free than is requested.
    ///
    /// In ascending order of resource and nodes, and of these the largest first.
    ///
    /// - Parameter pods: what is held when the decision is made.
    func holdings(of pods: [PodHoldings], besides uid: String, on machine: Machine) -> [Holding] {
        var short: [ResourceName: NUMANodeMask] = [:]
        for shortage in shortages {
            short[shortage.resource] = NUMANodeMask(
                shortage.cells.filter { $0.free < min($0.total, shortage.requested) }.map(\.node))
        }
        for fact in facts {
            switch fact.kind {
            case .shortage(let place): short[fact.resource] = (short[fact.resource] ?? []).union(place.nodes)
            case .group(let nodes): short[fact.resource] = (short[fact.resource] ?? []).union(nodes)
            case .demand, .reuse, .offers, .impossible: break
            }
        }
        struct Place: Hashable {
            var resource: ResourceName
            var nodes: NUMANodeMask
            var uid: String
            var holder: String
        }
        struct Device: Hashable {
            var resource: ResourceName
            var id: String
        }
        var amounts: [Place: UInt64] = [:]
        for pod in pods where pod.pod.uid != uid {
            // What an init container left to a later one, that one has.
            var (cpus, devices) = (CPUSet(), Set<Device>())
            for (container, pieces) in zip(pod.pod.containers, pod.pieces).reversed() {
                let holder = "\(pod.pod.namespace)/\(pod.pod.name)/\(container.name)"
                for var piece in pieces {
                    guard let wanted = short[piece.resource] else { continue }
                    switch piece.piece {
                    case .cpus(let own):
                        piece.piece = .cpus(own.subtracting(cpus))
                        cpus = cpus.union(own)
                    case .device(let id, _):
                        guard devices.insert(Device(resource: piece.resource, id: id)).inserted else { continue }
                    case .memory: break
                    }
                    for (nodes, amount) in piece.parts(on: machine)
                    where amount > 0 && (nodes.intersects(wanted) || nodes.isEmpty) {
                        let place = Place(resource: piece.resource, nodes: nodes, uid: pod.pod.uid, holder: holder)
                        amounts[place] = (amounts[place] ?? 0).addingClamped(amount)
                    }
                }
            }
        }
        let found = amounts.map { place, amount in
            Holding(
                resource: place.resource, nodes: place.nodes, uid: place.uid, holder: place.holder, amount: amount)
        }
        return found.sorted { one, other in
            if one.resource != other.resource { return one.resource < other.resource }
            if one.nodes != other.nodes { return one.nodes < other.nodes }
            return (other.amount, one.holder, one.uid) < (one.amount, other.holder, other.uid)
        }
    }
}

extension Assignment {
    /// How much of it is on which nodes, as its resource is counted; no nodes where they are not known.
    public func parts(on machine: Machine) -> [(nodes: NUMANodeMask, amount: UInt64)] {
        switch piece {
        case .cpus(let cpus):
            return machine.nodes.map { node in
                let own: NUMANodeMask = [node.id]
                return (own, UInt64(cpus.intersection(node.cpus).count) * 1000)
            }
        case .device(_, let nodes):
            return [(nodes, UInt64(1))]
        case .memory(let nodes, let bytes, let shares):
            return shares.isEmpty ? [(nodes, bytes)] : shares.map { (NUMANodeMask([$0.node]), $0.bytes) }
        }
    }
}

extension Explanation {
    /// Adds who holds something, and who of them has what is short.
    ///
    /// - Parameter pods: what is held when the decision is made.
    public mutating func name(_ pods: [PodHoldings], on machine: Machine) {
        residents = pods
        for index in units.indices {
            guard let cause = units[index].cause else { continue }
            units[index].cause?.holdings = cause.holdings(of: pods, besides: trace.pod.uid, on: machine)
        }
    }
}
