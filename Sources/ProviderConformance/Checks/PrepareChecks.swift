// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether what is set aside keeps the rules of its sink, and is what was asked for.
enum PrepareChecks {
    static let all: [Check] = [
        keeps("prepare-records", "Records of pieces are complete, of the right kind, and UTF-8.", .record),
        keeps("prepare-amounts", "Pieces add up to what was asked for.", .amounts),
        keeps("prepare-only-asked", "Pieces are of resources that are claimed and asked for.", .unaskedPiece),
        keeps("prepare-places", "CPUs are on line and allowed, nodes are the machine's.", .places),
        keeps("prepare-once", "A CPU or a device comes once, and is no other container's of the pod.", .sharing),
        Check("prepare-works", "What hints offer on an empty machine can be prepared.", needs: Needs.hints) { subject in
            for demand in try subject.demands() {
                let instance = try subject.make()
                let request = subject.request(demand.amount(1))
                guard let answer = try subject.hints(instance, request).first,
                    let affinity = Offer(answer: answer, candidates: request.candidateNodes).affinity
                else { continue }
                do throws(ProviderFailure) {
                    _ = try instance.prepare(subject.bench.transaction(), request, Subject.placement(affinity))
                } catch {
                    // Broken rules of pieces have checks of their own.
                    guard instance.lastRule != nil else { throw BrokenPromise("prepare", Subject.text(error)) }
                }
                try subject.expect(true, "prepare", "")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("it offers nothing on this machine") }
        },
        Check(
            "prepare-no-affinity", "Without an affinity the provider chooses itself.",
            needs: Needs.hints + ["prepare-works"]
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let pieces = try subject.prepare(
                    try subject.make(), subject.bench.transaction(), subject.request(demand.amount(1)), on: nil)
                try subject.expect(!pieces.isEmpty, "prepare", "gave nothing of \(demand.resource)")
            }
        },
        Check("prepare-again", "A container that is prepared again gets what it has.", needs: Needs.changes) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                let grant = try subject.give(instance, transaction, demand, to: "pod-a")
                let again = try subject.prepare(instance, transaction, grant.holding, on: nil)
                try expectEqual(subject, grant.pieces, again)
            }
        },
        Check(
            "prepare-again-committed", "A container that is prepared again in a later transaction gets what it has.",
            needs: Needs.commits + ["prepare-again"]
        ) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let grant = try subject.giveForGood(instance, demand, to: "pod-a")
                let again = try subject.prepare(instance, subject.bench.transaction(), grant.holding, on: nil)
                try expectEqual(subject, grant.pieces, again)
            }
        },
        Check("prepare-others", "What one pod has, no other pod is given.", needs: Needs.pieces) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                var given: [Assignment] = []
                for pod in 0..<min(demand.most, 6) {
                    let request = subject.request(demand.amount(1), pod: "pod-\(pod)")
                    guard let pieces = try? instance.prepare(transaction, request, Subject.placement(nil)) else {
                        break
                    }
                    for piece in pieces {
                        try subject.expect(
                            !given.contains { Exclusive.overlap($0, piece) }, "prepare",
                            "\(Subject.text([piece])) of \(demand.resource) for pod-\(pod), which another pod has")
                    }
                    given += pieces
                }
            }
        },
        Check(
            "prepare-too-much", "More than there is fails with NH_EXHAUSTED (or NH_UNSUPPORTED).", needs: Needs.pieces
        ) {
            subject in
            try tooMuch(subject) { instance, demand, failure in
                try subject.expect(
                    failure.kind == .exhausted || failure.kind == .unsupported, "prepare",
                    "failed with status \(instance.lastStatus) when asked for \(demand.most + 1) units of "
                        + "\(demand.resource), of which there are \(demand.most)")
            }
        },
        Check("prepare-reason", "A prepare that fails gives a reason.", needs: Needs.pieces) { subject in
            try tooMuch(subject) { _, demand, failure in
                try subject.expect(
                    !failure.reason.text.contains("failed without a reason") && !failure.reason.text.isEmpty, "prepare",
                    "asked for too much of \(demand.resource): \(failure.reason)")
            }
        },
        Check(
            "prepare-huge", "The largest number is refused as too much, not taken for a small one.", needs: Needs.pieces
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let amounts: [UInt64] = [.max, .max - 1, 1 << 63, 1 << 32]
                for amount in amounts where amount / demand.unit > demand.most {
                    let request = subject.request([demand.resource: amount])
                    let instance = try subject.make()
                    let pieces = try? instance.prepare(subject.bench.transaction(), request, Subject.placement(nil))
                    try subject.expect(
                        pieces?.isEmpty != false && instance.lastRule == nil, "prepare",
                        "did not refuse \(amount) of \(demand.resource), of which there are \(demand.most) units")
                }
            }
        },
        Check("prepare-odd", "Odd amounts are given as the rules have it, or refused.", needs: Needs.pieces) {
            subject in
            for demand in try subject.givenDemands() {
                let amounts: [UInt64] = [1, 3, 999, 1001, demand.unit + 1, demand.unit * 3 + 7]
                for amount in amounts {
                    let instance = try subject.make()
                    _ = try? instance.prepare(
                        subject.bench.transaction(), subject.request([demand.resource: amount]), Subject.placement(nil))
                    try subject.expect(
                        instance.lastRule == nil, "prepare", "\(amount) of \(demand.resource): pieces that break a rule"
                    )
                }
            }
        },
        Check("prepare-wanted", "Pieces that are wanted are among those given.", needs: Needs.pieces) { subject in
            for demand in try subject.givenDemands() where demand.resource.unit == .pieces {
                // The last ones of all, which nobody would choose first.
                let all = try subject.prepare(
                    try subject.make(), subject.bench.transaction(), subject.request(demand.amount(demand.most)),
                    on: nil)
                let wanted = Array(all.suffix(Int(clamping: demand.unit)))
                let pieces = try? subject.make().prepare(
                    subject.bench.transaction(), subject.request(demand.amount(1)),
                    Subject.placement(nil, wanted: wanted))
                guard let pieces else { continue }
                try subject.expect(
                    wanted.allSatisfy { piece in pieces.contains { $0.piece == piece.piece } }, "prepare",
                    "gave \(Subject.text(pieces)) where \(Subject.text(wanted)) was wanted")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("it gives no devices") }
        },
    ]

    private static func keeps(_ name: String, _ summary: String, _ rule: ContractRule) -> Check {
        Check(name, summary, needs: Needs.hints) { try $0.expectPieces(keep: rule) }
    }

    private static func expectEqual(_ subject: Subject, _ before: [Assignment], _ after: [Assignment]) throws {
        let (mine, theirs) = (before.map(\.piece), after.map(\.piece))
        try subject.expect(
            mine == theirs, "prepare", "gave \(Subject.text(after)) to a container that has \(Subject.text(before))")
    }

    /// Asks for a unit more than there is.
    private static func tooMuch(
        _ subject: Subject, _ look: (ProviderInstance, Demand, ProviderFailure) throws -> Void
    ) throws {
        for demand in try subject.givenDemands() {
            let instance = try subject.make()
            let request = subject.request(demand.amount(demand.most + 1))
            do throws(ProviderFailure) {
                _ = try instance.prepare(subject.bench.transaction(), request, Subject.placement(nil))
            } catch {
                try look(instance, demand, error)
            }
        }
    }
}
