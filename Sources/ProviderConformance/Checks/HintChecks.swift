// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether hints keep the rules of their sink, change nothing, and mean what they say.
enum HintChecks {
    static let all: [Check] = [
        keeps("hints-records", "Records and texts of hints are complete, and UTF-8.", .record),
        keeps(
            "hints-one-answer", "Each claimed resource that is asked for gets exactly one form of answer.", .oneAnswer),
        keeps("hints-only-asked", "Nothing is said of resources that are not asked for.", .unasked),
        keeps("hints-order", "Hints ascend by node count and list of nodes, each mask once.", .hintOrder),
        keeps("hints-candidates", "No hint names a node that is no candidate.", .hintBounds),
        keeps("hints-capacity", "A capacity has no more free than there is.", .capacity),
        Check("hints-again", "Hints that are asked for again are the same.", needs: Needs.hints) { subject in
            let instance = try subject.make()
            for request in subject.battery(try subject.demands()) {
                let first = try? instance.hints(for: request)
                let again = try? instance.hints(for: request)
                try subject.expect(
                    first == again, "hints",
                    "first \(text(first)), then \(text(again)); asked for \(Subject.text(request))")
            }
        },
        Check("hints-change-nothing", "Hints leave the books as they are.", needs: Needs.pieces + ["hints-again"]) {
            subject in
            let demands = try subject.demands()
            let instance = try subject.make()
            let before = try subject.view(instance, demands)
            for request in subject.battery(demands) { _ = try? instance.hints(for: request) }
            let after = try subject.view(instance, demands)
            guard before.count > 0 else { throw NothingToCheck("it answers nothing") }
            try subject.expectSame(before, after, "hints", "after hints were asked for")
        },
        Check("hints-equal-instances", "Two instances with equal histories give equal hints.", needs: Needs.hints) {
            subject in
            let (one, other) = (try subject.make(), try subject.make())
            for request in subject.battery(try subject.demands()) {
                let (mine, theirs) = (try? one.hints(for: request), try? other.hints(for: request))
                try subject.expect(
                    mine == theirs, "hints",
                    "one \(text(mine)), the other \(text(theirs)); asked for \(Subject.text(request))")
            }
        },
        Check("hints-impossible", "More than there is on an empty machine is not offered.", needs: Needs.pieces) {
            subject in
            for demand in try subject.givenDemands() {
                let request = subject.request([demand.resource: UInt64.max / demand.unit * demand.unit])
                let answers = try subject.hints(try subject.make(), request)
                guard let answer = answers.first else { continue }
                if case .any = answer.placement { continue }
                let offered = Offer(answer: answer, candidates: request.candidateNodes).offered
                try subject.expect(
                    offered.isEmpty, "hints",
                    "the largest number of \(demand.resource) are offered on \(offered.first?.description ?? "")")
            }
        },
        Check("hints-zero", "A request for nothing is survived, and gives no pieces.", needs: Needs.pieces) { subject in
            for demand in try subject.demands() {
                let instance = try subject.make()
                let request = subject.request([demand.resource: 0])
                _ = try? instance.hints(for: request)
                let rule = instance.lastRule
                try subject.expect(
                    rule == nil || rule == .oneAnswer, "hints", "an answer to 0 of \(demand.resource) breaks a rule")
                let pieces = (try? instance.prepare(subject.bench.transaction(), request, Subject.placement(nil))) ?? []
                let sum = pieces.reduce(UInt64(0)) { $0.addingClamped(Exclusive.quantity($1)) }
                try subject.expect(
                    sum == 0 && instance.lastRule == nil, "prepare",
                    "gave \(pieces.isEmpty ? "pieces" : Subject.text(pieces)) for 0 of \(demand.resource)")
            }
        },
        Check(
            "hints-offer-is-given", "What hints offer can be prepared there, inside the mask.", needs: Needs.pieces
        ) { subject in
            try offers(subject) { $0.names($1) }
        },
        Check(
            "hints-wider", "Each mask wider than one that says so (NH_HINT_AND_WIDER) can be prepared too.",
            needs: Needs.pieces
        ) { subject in
            try offers(subject) { !$0.names($1) }
        },
        Check(
            "capacity-is-given", "A capacity offers exactly the masks inside which everything can be prepared.",
            needs: Needs.pieces + ["hints-offer-is-given"]
        ) { subject in
            try notOffered(subject)
        },
    ]

    private static func keeps(_ name: String, _ summary: String, _ rule: ContractRule) -> Check {
        Check(name, summary, needs: Needs.instance) { try $0.expectHints(keep: rule) }
    }

    private static func text(_ answers: [ResourceAnswer]?) -> String {
        answers?.map(BooksView.text).joined(separator: "; ") ?? "a failure"
    }

    /// Prepares each mask that is offered, in an instance of its own.
    private static func offers(_ subject: Subject, where isMeant: (Offer, NUMANodeMask) -> Bool) throws {
        for demand in try subject.givenDemands() {
            for units in Set([1, 2, demand.most]).sorted() where units <= demand.most {
                let request = subject.request(demand.amount(units))
                guard let answer = try subject.hints(try subject.make(), request).first else { continue }
                let offer = Offer(answer: answer, candidates: request.candidateNodes)
                for mask in offer.offered where isMeant(offer, mask) {
                    let pieces = try subject.prepare(try subject.make(), subject.bench.transaction(), request, on: mask)
                    try subject.expectInside(pieces, mask)
                }
            }
        }
        if subject.bench.assertions == 0 { throw NothingToCheck("no answer of it is of that form") }
    }

    /// Prepares each mask that a capacity does not offer: not everything may come from inside it.
    private static func notOffered(_ subject: Subject) throws {
        for demand in try subject.givenDemands() {
            for units in Set([1, 2, 3, demand.most]).sorted() where units <= demand.most {
                let request = subject.request(demand.amount(units))
                guard let answer = try subject.hints(try subject.make(), request).first else { continue }
                let offer = Offer(answer: answer, candidates: request.candidateNodes)
                guard offer.isPlainCapacity else { continue }
                for mask in offer.masks where offer.offers(mask) == false {
                    guard case .capacity(let capacity) = answer.placement, mask.isSubset(of: capacity.universe) else {
                        continue
                    }
                    let pieces = try? subject.make().prepare(
                        subject.bench.transaction(), request, Subject.placement(mask))
                    try subject.expect(
                        pieces.map { subject.areInside($0, mask) } != true, "prepare",
                        "\(units) unit(s) of \(demand.resource) are not offered on \(mask), and all given inside it")
                }
            }
        }
        if subject.bench.assertions == 0 { throw NothingToCheck("it answers with no capacity of its own") }
    }
}

extension Subject {
    /// Whether every piece lies inside the mask; one of which no node is known does not.
    func areInside(_ pieces: [Assignment], _ mask: NUMANodeMask) -> Bool {
        pieces.allSatisfy { piece in
            let nodes = nodes(of: piece)
            return !nodes.isEmpty && nodes.intersects(mask) && (isDevice(piece) || nodes.isSubset(of: mask))
        }
    }

    func expectInside(_ pieces: [Assignment], _ mask: NUMANodeMask) throws {
        for piece in pieces {
            let nodes = nodes(of: piece)
            guard !nodes.isEmpty else { continue }
            // A device may be near to more nodes than those of the mask.
            let isInside = isDevice(piece) ? nodes.intersects(mask) : nodes.isSubset(of: mask)
            try expect(
                isInside, "prepare",
                "\(Self.text([piece])) of \(piece.resource) for the affinity \(mask), which was offered, is on node(s) \(nodes.list)"
            )
        }
    }

    private func isDevice(_ piece: Assignment) -> Bool {
        if case .device = piece.piece { true } else { false }
    }

    private func nodes(of piece: Assignment) -> NUMANodeMask {
        switch piece.piece {
        case .device(_, let nodes), .memory(let nodes, _, _): nodes
        case .cpus(let cpus):
            NUMANodeMask(bench.standard.machine.cpus.filter { cpus.contains($0.id) }.map(\.node))
        }
    }
}
