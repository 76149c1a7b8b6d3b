// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// What a pod was given.
struct Grant {
    var request: ResourceRequest
    var pieces: [Assignment]

    var podUID: String { request.pod.uid }
    var holder: Holder { Holder(podUID: podUID) }

    /// The same container, which holds what it was given.
    var holding: ResourceRequest {
        var request = request
        request.held[request.container ?? 0] = pieces
        return request
    }
}

extension Subject {
    /// Lets a new pod of one container have some units of something, in a transaction that stays open.
    func give(
        _ instance: ProviderInstance, _ transaction: TransactionID, _ demand: Demand, _ units: UInt64 = 1,
        to pod: String,
        on machine: CheckedMachine? = nil
    ) throws -> Grant {
        let request = request(demand.amount(units), pod: pod, on: machine)
        let answers = try hints(instance, request)
        let offer = answers.first.map { Offer(answer: $0, candidates: request.candidateNodes) }
        // Without an offer the provider chooses itself: a host that asks nobody for hints has it do so too.
        let affinity = offer?.affinity ?? nil
        let pieces = try prepare(instance, transaction, request, on: affinity)
        return Grant(request: request, pieces: pieces)
    }

    /// The same, committed.
    func giveForGood(
        _ instance: ProviderInstance, _ demand: Demand, _ units: UInt64 = 1, to pod: String
    ) throws -> Grant {
        let transaction = bench.transaction()
        let grant = try give(instance, transaction, demand, units, to: pod)
        try commit(instance, transaction)
        return grant
    }

    /// Releases a holder for good.
    func releaseForGood(_ instance: ProviderInstance, _ holder: Holder) throws {
        let transaction = bench.transaction()
        try release(instance, transaction, holder)
        try commit(instance, transaction)
    }

    static func text(_ pieces: [Assignment]) -> String {
        pieces.map { piece in
            switch piece.piece {
            case .cpus(let cpus): "CPUs \(cpus.list)"
            case .memory(let nodes, let bytes, _): "\(bytes) bytes on \(nodes)"
            case .device(let id, _): id
            }
        }.joined(separator: ", ")
    }
}
