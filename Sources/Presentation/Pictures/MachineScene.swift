// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import NUMACore

/// What a picture of a machine shows: the machine, and where there is a decision, who held what, what was too little
/// where, and what the pod was given.
struct MachineScene: Sendable {
    var machine: Machine
    /// Before the decision; empty where nothing is known of it.
    private var holdings: [NodeHoldings] = []
    private var marks: [Int: [NodeMark]] = [:]
    /// What the pod was given of each resource, node by node.
    private var given: [Int: ResourceAmounts] = [:]
    /// The CPUs that it was given alone.
    private(set) var givenCPUs = CPUSet()
    /// The CPUs that others hold alone.
    private(set) var heldCPUs = CPUSet()
    private(set) var hasDecision = false
    /// What is short on each of many nodes, and is said once.
    private(set) var shortEverywhere: [NodeMark] = []

    /// The machine alone.
    init(_ machine: Machine) { self.machine = machine }

    /// The machine when a pod was decided about.
    init(_ machine: Machine, _ explanation: Explanation) {
        self.machine = machine
        hasDecision = true
        let pods = explanation.residents.map {
            LedgerPod(
                sequence: 0, state: .committed, admission: LedgerAdmission(pod: $0.pod, pieces: $0.pieces, time: ""))
        }
        let stock = explanation.trace.units.first?.stock ?? []
        holdings = NodeHoldings.all(machine, pods, ProviderBooks(stock: stock))
        for piece in explanation.residents.flatMap(\.pieces).joined() {
            if case .cpus(let cpus) = piece.piece { heldCPUs = heldCPUs.union(cpus) }
        }
        for piece in explanation.trace.allocations.flatMap(\.assignments) {
            if case .cpus(let cpus) = piece.piece { givenCPUs = givenCPUs.union(cpus) }
            for (nodes, amount) in piece.parts(on: machine) where amount > 0 && nodes.count == 1 {
                let node = nodes.first ?? 0
                let before = given[node]?[piece.resource] ?? 0
                given[node, default: [:]][piece.resource] = before.addingClamped(amount)
            }
        }
        for node in machine.nodes {
            marks[node.id] = NodeMark.marks(of: node.id, in: explanation, isGiven: given[node.id] != nil)
        }
        guard machine.nodes.count >= MachineFigure.manyNodes, let first = machine.nodes.first else { return }
        shortEverywhere = self.marks(of: first.id).filter { mark in
            mark.kind == .short && machine.nodes.allSatisfy { self.marks(of: $0.id).contains(mark) }
        }
        for node in machine.nodes { marks[node.id]?.removeAll { shortEverywhere.contains($0) } }
    }

    func marks(of node: Int) -> [NodeMark] { marks[node] ?? [] }

    /// The amounts of a node as bars: of what providers count, else of what the machine has.
    func bars(of node: Machine.Node) -> [ResourceBar] {
        let amounts = holdings.first { $0.id == node.id }?.amounts ?? []
        guard amounts.isEmpty else {
            return amounts.map { amount in
                let resource = ResourceName(amount.resource)
                return ResourceBar(
                    resource, free: amount.free, total: amount.total, given: given[node.id]?[resource] ?? 0,
                    isShort: marks(of: node.id).contains { $0.kind == .short && $0.words == "\(resource) short" })
            }
        }
        return [ResourceBar(.memory, total: node.memoryBytes)]
            + node.hugepages.filter { $0.totalBytes > 0 }.map { pool in
                pool.freeBytes.map { ResourceBar(pool.resource, free: $0, total: pool.totalBytes) }
                    ?? ResourceBar(pool.resource, total: pool.totalBytes)
            }
    }

    /// Who holds what on a node, the first holder first; nil for what is on no single node.
    func holders(on node: Int?) -> [HolderShare] {
        holdings.first { $0.id == node }?.holders ?? []
    }

    /// What is on no single node, in words.
    var elsewhere: [String] {
        (holdings.first { $0.id == nil }?.amounts ?? []).map { amount in
            let resource = ResourceName(amount.resource)
            return "\(resource): \(resource.text(of: amount.free)) of \(resource.text(of: amount.total)) free"
        }
    }

    /// The nodes of each socket, or sockets, in their order; nil where no socket has several, or nodes are many.
    var sockets: [(sockets: [Int], nodes: [Machine.Node])]? {
        guard machine.nodes.count < MachineFigure.manyNodes else { return nil }
        var groups: [(sockets: [Int], nodes: [Machine.Node])] = []
        for node in machine.nodes {
            let own = sockets(of: node)
            if let place = groups.firstIndex(where: { $0.sockets == own }) {
                groups[place].nodes.append(node)
            } else {
                groups.append((own, [node]))
            }
        }
        return groups.contains { $0.nodes.count > 1 } ? groups : nil
    }

    /// The devices that are near to no single node, place by place.
    var devicesElsewhere: [(place: Locality, devices: [Device])] {
        let single = Set(machine.nodes.map { Locality.nodes([$0.id]) })
        var places: [Locality] = []
        for device in machine.devices where !single.contains(device.locality) && !places.contains(device.locality) {
            places.append(device.locality)
        }
        return places.map { place in (place, machine.devices.filter { $0.locality == place }) }
    }

    /// Addresses need their PCI domain to be told apart.
    var hasDomains: Bool { Set(machine.devices.map { $0.address.prefix { $0 != ":" } }).count > 1 }

    /// The sockets of a node, by its CPUs, or where it has none by those that are nearest.
    func sockets(of node: Machine.Node) -> [Int] {
        let cpus = node.cpus.isEmpty ? node.localCPUs : node.cpus
        return Set(machine.cpus.filter { cpus.contains($0.id) }.map(\.socket)).sorted()
    }
}
