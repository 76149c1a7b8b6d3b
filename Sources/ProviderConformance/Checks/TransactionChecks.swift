// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether transactions do what they should: rollback, commit, release, and both together.
enum TransactionChecks {
    static let all: [Check] = [
        Check(
            "rollback-restores", "A rollback leaves the books as they were before the transaction.", needs: Needs.pieces
        ) {
            try unchanged($0, "rollback", "after prepare and rollback") { subject, instance, demand in
                let transaction = subject.bench.transaction()
                _ = try? instance.prepare(transaction, subject.request(demand.amount(1)), Subject.placement(nil))
                instance.rollback(transaction)
            }
        },
        Check("rollback-many", "A rollback undoes all of several prepares.", needs: Needs.changes) {
            try unchanged($0, "rollback", "after several prepares and a rollback") { subject, instance, demand in
                let transaction = subject.bench.transaction()
                for pod in 0..<3 {
                    let request = subject.request(demand.amount(1), pod: "pod-\(pod)")
                    _ = try? instance.prepare(transaction, request, Subject.placement(nil))
                }
                instance.rollback(transaction)
            }
        },
        Check("rollback-unknown", "A rollback of a transaction never heard of changes nothing.", needs: Needs.changes) {
            try unchanged($0, "rollback", "after the rollback of a transaction never heard of") {
                subject, instance, demand in
                _ = try subject.giveForGood(instance, demand, to: "pod-a")
            } then: { subject, instance, _ in
                instance.rollback(subject.bench.transaction())
            }
        },
        Check("rollback-frees", "What was rolled back can be given again.", needs: Needs.changes) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                for round in 0..<3 {
                    let transaction = subject.bench.transaction()
                    let request = subject.request(demand.amount(demand.most), pod: "pod-\(round)")
                    let pieces = try subject.prepare(instance, transaction, request, on: nil)
                    try subject.expect(!pieces.isEmpty, "prepare", "gave nothing in round \(round)")
                    instance.rollback(transaction)
                }
            }
        },
        Check(
            "prepare-seen", "Hints in a transaction see what it has set aside.",
            needs: Needs.pieces + ["rollback-restores"]
        ) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                let all = subject.request(demand.amount(demand.most), pod: "pod-a")
                _ = try subject.prepare(instance, transaction, all, on: nil)
                let answers = try subject.hints(instance, subject.request(demand.amount(demand.most), pod: "pod-b"))
                guard let answer = answers.first else { continue }
                if case .any = answer.placement { continue }
                try subject.expect(
                    Offer(answer: answer, candidates: subject.bench.standard.machine.nodeMask).offered.isEmpty, "hints",
                    "pod-a has all \(demand.most) units of \(demand.resource), and as many are offered to pod-b: "
                        + BooksView.text(answer))
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("its hints say nothing of what is free") }
        },
        Check("prepare-failed", "A prepare that fails leaves the transaction as before the call.", needs: Needs.changes)
        {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                _ = try subject.give(instance, transaction, demand, to: "pod-a")
                let before = try subject.view(instance, [demand])
                let request = subject.request(demand.amount(demand.most + 1), pod: "pod-b")
                guard (try? instance.prepare(transaction, request, Subject.placement(nil))) == nil else { continue }
                try subject.expectSame(before, try subject.view(instance, [demand]), "prepare", "after one that failed")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("no prepare failed") }
        },
        Check(
            "prepare-failed-again", "A prepare that failed can be followed by one that fits.",
            needs: Needs.changes + ["prepare-failed"]
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                let request = subject.request(demand.amount(demand.most + 1), pod: "pod-a")
                guard (try? instance.prepare(transaction, request, Subject.placement(nil))) == nil else { continue }
                let pieces = try subject.prepare(
                    instance, transaction, subject.request(demand.amount(demand.most), pod: "pod-a"), on: nil)
                try subject.expect(!pieces.isEmpty, "prepare", "gave nothing of \(demand.resource) after a failure")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("no prepare failed") }
        },
        Check(
            "commit-lasts", "A commit keeps what the transaction set aside; a rollback after it changes nothing.",
            needs: Needs.changes
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                _ = try subject.give(instance, transaction, demand, to: "pod-a")
                let open = try subject.view(instance, [demand])
                try subject.commit(instance, transaction)
                try subject.expectSame(open, try subject.view(instance, [demand]), "commit", "after a commit")
                instance.rollback(transaction)
                try subject.expectSame(
                    open, try subject.view(instance, [demand]), "rollback", "after the rollback of what was committed")
            }
        },
        Check(
            "commit-unknown", "A commit of a transaction never heard of is fine, and changes nothing.",
            needs: Needs.commits
        ) {
            try unchanged($0, "commit", "after the commit of a transaction never heard of") {
                subject, instance, demand in
                _ = try subject.giveForGood(instance, demand, to: "pod-a")
            } then: { subject, instance, _ in
                try subject.commit(instance, subject.bench.transaction())
            }
        },
        Check("commit-twice", "A second commit of a transaction is fine, and changes nothing.", needs: Needs.commits) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                _ = try subject.give(instance, transaction, demand, to: "pod-a")
                try subject.commit(instance, transaction)
                let before = try subject.view(instance, [demand])
                try subject.commit(instance, transaction)
                try subject.expectSame(before, try subject.view(instance, [demand]), "commit", "after a second commit")
            }
        },
    ]

    /// Looks at the books, does something, and looks again.
    private static func unchanged(
        _ subject: Subject, _ call: String, _ when: String,
        _ first: (Subject, ProviderInstance, Demand) throws -> Void,
        then: ((Subject, ProviderInstance, Demand) throws -> Void)? = nil
    ) throws {
        for demand in try subject.givenDemands() {
            let instance = try subject.make()
            if then != nil { try first(subject, instance, demand) }
            let before = try subject.view(instance, [demand])
            if let then { try then(subject, instance, demand) } else { try first(subject, instance, demand) }
            try subject.expectSame(before, try subject.view(instance, [demand]), call, when)
        }
    }
}
