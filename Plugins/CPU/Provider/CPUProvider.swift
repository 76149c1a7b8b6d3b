// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// Exclusive CPUs for Guaranteed containers that ask for whole ones; all others share the rest.
public struct CPUProvider: StockProvider {
    public static let descriptor = ProviderDescriptor(
        id: "org.numa-hints.cpu", version: "0.1.0", summary: "Exclusive CPUs for Guaranteed containers",
        hasBooksOnly: true)

    public let claims: [ResourceClaim] = [ResourceClaim("cpu")]
    let settings: CPUSettings
    /// The CPUs of each node that has any, ascending by node.
    let nodes: [(node: Int, cpus: CPUSet)]
    /// Usable CPUs core by core, in the order in which they are given.
    let order: [Int]
    var books: CPUBooks

    public init(context: ProviderContext) throws {
        let machine = try context.requireMachine()
        let known = machine.nodeMask
        let cpus = machine.cpus.filter { $0.isOnline && $0.isAllowed && known.contains($0.node) }
        let usable = CPUSet(cpus.map(\.id))
        order = cpus.sorted { ($0.core, $0.id) < ($1.core, $1.id) }.map(\.id)
        nodes = NUMANodeMask(cpus.map(\.node)).map { node in
            (node, CPUSet(cpus.filter { $0.node == node }.map(\.id)))
        }
        settings = try CPUSettings(context.settingsObject(), usable: usable, order: order)
        books = CPUBooks(usable: usable, reserved: settings.reserved)
        for option in settings.options {
            context.log(.warning, "the option \(option) is known and not followed yet")
        }
    }

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
            let lost = cpus.subtracting(books.usable.subtracting(books.reserved))
            guard lost.isEmpty else {
                let text = "\(holder.container) holds the CPUs \(lost.list), which can no longer be given"
                throw ProviderError(.exhausted, Reason(text, code: "cpus-gone"))
            }
            let known = books.cpus(of: holder) ?? []
            books.release(Holder(podUID: holder.podUID, container: holder.container))
            books.give(known.union(cpus), to: holder)
        }
    }
}
