// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// Exclusive CPUs for Guaranteed containers that ask for whole ones; all others share the rest.
public struct CPUProvider: StockProvider, CPUSetProvider {
    public static let descriptor = ProviderDescriptor(
        id: "org.numa-hints.cpu", version: "0.1.0", summary: "Exclusive CPUs for Guaranteed containers",
        hasBooksOnly: true)

    public let claims: [ResourceClaim] = [ResourceClaim("cpu")]
    let settings: CPUSettings
    /// The CPUs of each node that has any, ascending by node.
    let nodes: [(node: Int, cpus: CPUSet)]
    let picker: CPUPicker
    var books: CPUBooks

    public init(context: ProviderContext) throws {
        let machine = try context.requireMachine()
        let known = machine.nodeMask
        let cpus = machine.cpus.filter { $0.isOnline && $0.isAllowed && known.contains($0.node) }
        let topology = CPUTopology(cpus)
        self.init(topology, try CPUSettings(context.settingsObject(), topology: topology))
        if settings.has(.alignBySocket), !hintsBySocket {
            context.log(
                .warning,
                "align-by-socket is followed in hints up to \(Self.mostNodesListed) nodes, and of "
                    + "\(nodes.count) nodes in allocation alone")
        }
    }

    /// A provider of the CPUs of a topology.
    init(_ topology: CPUTopology, _ settings: CPUSettings) {
        self.settings = settings
        picker = CPUPicker(topology, settings)
        books = CPUBooks(usable: topology.cpus, reserved: settings.reserved)
        nodes = topology.groups(.node, of: topology.cpus).map { ($0, topology.members(of: $0, .node)) }
    }

    /// Where containers run that have no CPUs alone, the kubelet's default CPU set: what nobody holds. The
    /// reserved CPUs are part of it, unless strict-cpu-reservation keeps them for the system.
    public var sharedCPUs: CPUSet { settings.has(.strictReservation) ? books.available : books.shared }

    /// How many CPUs a container has alone.
    func exclusive(_ container: ContainerSpec, _ qos: QOSClass) -> UInt64 {
        let millicpus = container.requests[.cpu] ?? 0
        return settings.policy == .static && qos == .guaranteed && millicpus % 1000 == 0
            ? millicpus / 1000 : 0
    }

    public func stock() -> [Stock] {
        let available = books.available
        return nodes.map { node, cpus in
            Stock(
                .cpu, locality: .nodes([node]), free: UInt64(cpus.intersection(available).count) * 1000,
                total: UInt64(cpus.count) * 1000)
        }
    }

    public mutating func release(_ holder: Holder) { books.release(holder) }

    public mutating func restore(_ request: ResourceRequest) throws {
        let holder = try PodHolder(request)
        for piece in request.heldBySubject where piece.resource == .cpu {
            guard case .cpus(let cpus) = piece.piece else { continue }
            // What is reserved by now stays with its holder until it is released.
            guard cpus.isSubset(of: books.usable) else {
                let lost = cpus.subtracting(books.usable)
                let text = "\(holder.container) holds the CPUs \(lost.list), which can no longer be given"
                throw ProviderError(.exhausted, Reason(text, code: "cpus-gone"))
            }
            books.restore(cpus, to: holder)
        }
    }
}
