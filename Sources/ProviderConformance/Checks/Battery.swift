// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Requests of many shapes, each of which must be answered by the rules.
extension Subject {
    /// For each resource: one unit, two, all, too much and odd amounts; of containers and pods; among all nodes and few.
    func battery(_ demands: [Demand], on machine: CheckedMachine? = nil) -> [ResourceRequest] {
        var requests: [ResourceRequest] = []
        let nodes = (machine ?? bench.standard).machine.nodeMask
        for demand in demands {
            let amounts: [UInt64] = [1, 2, max(1, demand.most), demand.most + 1].map {
                demand.unit.multipliedClamped($0)
            }
            for amount in amounts + [demand.unit + 1, 3] {
                requests.append(request([demand.resource: amount], on: machine))
            }
            for candidates in [NUMANodeMask([nodes.first ?? 0]), nodes.subtracting([nodes.first ?? 0])]
            where !candidates.isEmpty {
                var narrow = request(demand.amount(1), on: machine)
                narrow.candidateNodes = candidates
                requests.append(narrow)
            }
            requests.append(request(pod(demand), at: nil, on: machine))
        }
        if demands.count > 1 {
            requests.append(request(ResourceAmounts(demands.flatMap { $0.amount(1) }), on: machine))
        }
        return requests
    }

    /// An init container, a sidecar and two others, which ask for one unit each.
    func pod(_ demand: Demand) -> [ContainerSpec] {
        let kinds: [(String, ContainerSpec.Kind)] = [
            ("first", .initialization), ("beside", .sidecar), ("main", .app), ("other", .app),
        ]
        return kinds.map { ContainerSpec(name: $0.0, kind: $0.1, requests: demand.amount(1), limits: demand.amount(1)) }
    }

    /// Asks for hints in many ways, and fails if one answer breaks this rule; answers that break others are another check's.
    func expectHints(keep rule: ContractRule) throws {
        let requests = battery(try demands())
        guard !requests.isEmpty else { throw NothingToCheck("it claims nothing that this machine has") }
        let instance = try make()
        for request in requests {
            do throws(ProviderFailure) {
                _ = try instance.hints(for: request)
            } catch {
                guard instance.lastRule == rule else { continue }
                throw BrokenPromise("hints", "\(Self.text(error)); asked for \(Self.text(request))")
            }
            try expect(true, "hints", "")
        }
    }

    /// Prepares in many ways, each in an instance of its own, and fails if one answer breaks this rule.
    func expectPieces(keep rule: ContractRule) throws {
        for demand in try demands() {
            for units in [1, 2, max(1, demand.most)] {
                for nodes in [nil, NUMANodeMask([bench.standard.machine.nodeMask.first ?? 0])] {
                    let instance = try make()
                    try expectPieces(of: instance, demand.amount(units), on: nodes, keep: rule)
                }
            }
        }
        if bench.assertions == 0 { throw NothingToCheck(Self.givesNothing) }
    }

    /// For two containers of a pod, one after the other.
    private func expectPieces(
        of instance: ProviderInstance, _ amounts: ResourceAmounts, on nodes: NUMANodeMask?, keep rule: ContractRule
    ) throws {
        let containers = ["one", "two"].map { ContainerSpec(name: $0, requests: amounts, limits: amounts) }
        let transaction = bench.transaction()
        var held: [[Assignment]] = [[], []]
        for place in containers.indices {
            let request = request(containers, at: place, held: held)
            do throws(ProviderFailure) {
                held[place] = try instance.prepare(transaction, request, Self.placement(nodes))
            } catch {
                guard instance.lastRule == rule else { return }
                throw BrokenPromise("prepare", "\(Self.text(error)); asked for \(Self.text(request))")
            }
            // Only pieces can be right or wrong.
            for _ in held[place] { try expect(true, "prepare", "") }
        }
    }

    static func text(_ request: ResourceRequest) -> String {
        let containers = request.subject.map { [$0] } ?? request.pod.containers
        let amounts = containers.flatMap { $0.requests.map { "\($0.quantity) of \($0.resource)" } }
        return "\(amounts.joined(separator: " and ")) for \(request.subject == nil ? "the pod" : "a container")"
            + " on node(s) \(request.candidateNodes.list)"
    }
}
