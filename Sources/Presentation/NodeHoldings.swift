// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore

/// One node of a machine, and who holds what of it; or what is on no single node.
///
/// Amounts are thousandths of CPUs, bytes or pieces, as Kubernetes counts the resource.
struct NodeHoldings: Encodable, Sendable {
    struct Holder: Encodable {
        var uid: String
        /// Namespace and name of the pod.
        var pod: String
        var container: String
        /// `committed`, `intended` or `releasing`.
        var state: String

        /// For people: what is not settled is marked.
        var text: String { "\(pod)/\(container)" + (state == "committed" ? "" : " (\(state))") }
    }

    struct Amount: Encodable {
        var resource: String
        var free: UInt64
        var total: UInt64
    }

    struct HeldCPUs: Encodable {
        var cpus: String
        var holder: Holder
    }

    struct HeldBytes: Encodable {
        var resource: String
        /// On all nodes of the piece, where it is not settled how many are on which.
        var bytes: UInt64
        var nodes: [Int]
        var holder: Holder
    }

    struct HeldDevice: Encodable {
        var resource: String
        var id: String
        var healthy: Bool
        /// Why it is not healthy; null where it is, or where nobody says.
        @Null var problem: String?
        /// Null for one that nobody holds.
        @Null var holder: Holder?

        init(_ resource: ResourceName, _ id: String, healthy: Bool, problem: String?, holder: Holder?) {
            self.resource = resource.rawValue
            self.id = id
            self.healthy = healthy
            _problem = Null(wrappedValue: problem)
            _holder = Null(wrappedValue: holder)
        }
    }

    /// Null for what is on no single node.
    @Null var id: Int?
    /// All CPUs that can be used.
    var cpus: String
    /// Those of containers that have none of their own; null if no provider says.
    @Null var sharedCPUs: String?
    /// In ascending order of resource, as the providers count.
    var amounts: [Amount]
    /// Each list in the order of the pods and their containers.
    var heldCPUs: [HeldCPUs] = []
    var heldMemory: [HeldBytes] = []
    /// In ascending order of resource and id.
    var devices: [HeldDevice] = []

    /// The nodes of a machine in their order; then, if there is any, what is on no single one of them.
    static func all(_ machine: Machine, _ pods: [LedgerPod], _ books: ProviderBooks) -> [NodeHoldings] {
        var nodes = machine.nodes.map { NodeHoldings($0, books) }
        var elsewhere = NodeHoldings(nil, books)
        for pod in pods {
            for (container, pieces) in zip(pod.admission.pod.containers, pod.admission.pieces) {
                let holder = Holder(pod, container.name)
                for piece in pieces {
                    let isListed = books.listedResources.contains(piece.resource)
                    for place in nodes.indices {
                        nodes[place].add(piece, of: holder, machine.nodes[place], isListed: isListed)
                    }
                    elsewhere.add(piece, of: holder, nil, isListed: isListed)
                }
            }
        }
        let all = nodes + (elsewhere.amounts.isEmpty && elsewhere.devices.isEmpty ? [] : [elsewhere])
        return all.map { $0.sorted }
    }

    private init(_ node: Machine.Node?, _ books: ProviderBooks) {
        func isHere(_ locality: Locality) -> Bool {
            guard case .nodes(let nodes) = locality, nodes.count == 1 else { return node == nil }
            return node.map { nodes.contains($0.id) } ?? false
        }
        cpus = node?.cpus.list ?? ""
        amounts = []
        for stock in books.stock.sorted(by: { $0.resource < $1.resource })
        where isHere(stock.locality) && stock.total > 0 {
            if let place = amounts.firstIndex(where: { $0.resource == stock.resource.rawValue }) {
                amounts[place].free = amounts[place].free.addingClamped(stock.free)
                amounts[place].total = amounts[place].total.addingClamped(stock.total)
            } else {
                amounts.append(Amount(resource: stock.resource.rawValue, free: stock.free, total: stock.total))
            }
        }
        id = node?.id
        if let node { sharedCPUs = books.sharedCPUs?.intersection(node.cpus).list }
        devices = books.devices.filter { isHere($0.locality) }.map {
            HeldDevice($0.resource, $0.id, healthy: $0.isHealthy, problem: $0.problem, holder: nil)
        }
    }

    /// Takes in what of a piece is on this node, or on no single one.
    ///
    /// - Parameter isListed: a provider lists every device of the resource: one that it does not list is gone.
    private mutating func add(
        _ assignment: Assignment, of holder: Holder, _ node: Machine.Node?, isListed: Bool
    ) {
        switch assignment.piece {
        case .cpus(let set):
            let own = node.map { set.intersection($0.cpus) } ?? []
            if !own.isEmpty { heldCPUs.append(HeldCPUs(cpus: own.list, holder: holder)) }
        case .memory(let nodes, let bytes, let shares):
            guard let node, nodes.contains(node.id) else { return }
            let own =
                shares.isEmpty ? bytes : shares.filter { $0.node == node.id }.reduce(0) { $0.addingClamped($1.bytes) }
            guard own > 0 else { return }
            heldMemory.append(
                HeldBytes(
                    resource: assignment.resource.rawValue, bytes: own,
                    nodes: shares.isEmpty ? nodes.members : [node.id], holder: holder))
        case .device(let id, let nodes):
            if let place = devices.firstIndex(where: { $0.id == id && $0.resource == assignment.resource.rawValue }) {
                devices[place].holder = holder
            } else if node?.id == (nodes.count == 1 ? nodes.members.first : nil) {
                devices.append(
                    HeldDevice(
                        assignment.resource, id, healthy: !isListed, problem: isListed ? "it is gone" : nil,
                        holder: holder))
            }
        }
    }

    private var sorted: NodeHoldings {
        var copy = self
        copy.devices.sort {
            $0.resource == $1.resource
                ? $0.id.utf8.lexicographicallyPrecedes($1.id.utf8)
                : $0.resource.utf8.lexicographicallyPrecedes($1.resource.utf8)
        }
        return copy
    }
}

extension NodeHoldings.Holder {
    init(_ pod: LedgerPod, _ container: String) {
        uid = pod.uid
        self.pod = "\(pod.admission.pod.namespace)/\(pod.admission.pod.name)"
        self.container = container
        state = pod.state.rawValue
    }
}
