// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// What a provider does when it gets no memory: each allocation that it asks for itself fails once. It may fail
/// (NH_NO_MEMORY), and is then as before.
enum AllocationChecks {
    static let all: [Check] = [
        check("allocation-create", "A create that gets no memory fails, and another one works.") { subject, watch in
            let (library, descriptor) = (subject.library, subject.descriptor)
            let environment = subject.environment(subject.bench.standard)
            return try watch.eachFailure { number, failing in
                var problem: OpeningProblem?
                failing {
                    do throws(OpeningProblem) {
                        _ = try ProviderInstance(
                            stepwise: descriptor, of: library, settings: subject.bench.setup.settings,
                            environment: environment)
                    } catch {
                        problem = error
                    }
                }
                return {
                    try subject.expect(
                        problem == nil || problem?.step == .creating, "create",
                        "\(text(number)): made an instance that cannot be used: \(problem?.error.message ?? "")")
                    _ = try subject.make()
                }
            }
        },
        check("allocation-hints", "Hints that get no memory fail, or are as ever.") { subject, watch in
            try failures(subject.demands()) { demand in
                let instance = try subject.make()
                let request = subject.request(demand.amount(1))
                let expected = try subject.hints(instance, request)
                return try watch.eachFailure { number, failing in
                    var found: [ResourceAnswer]?
                    failing { found = try? instance.hints(for: request) }
                    return {
                        try subject.expect(
                            found ?? expected == expected, "hints",
                            "\(text(number)): answered \(found?.map(BooksView.text).joined(separator: "; ") ?? "")")
                        let again = try subject.hints(instance, request)
                        try subject.expect(again == expected, "hints", "\(text(number)): are others afterwards")
                    }
                }
            }
        },
        check("allocation-prepare", "A prepare that gets no memory leaves the transaction as before.") {
            subject, watch in
            try failures(subject.givenDemands()) { demand in
                let instance = try subject.make()
                let request = subject.request(demand.amount(1))
                let before = try subject.view(instance, [demand])
                return try watch.eachFailure { number, failing in
                    let transaction = subject.bench.transaction()
                    var isDone = false
                    failing { isDone = (try? instance.prepare(transaction, request, Subject.placement(nil))) != nil }
                    return {
                        if !isDone {
                            try subject.expectSame(
                                before, subject.view(instance, [demand]), "prepare", "\(text(number)) and it failed")
                        }
                        instance.rollback(transaction)
                        try subject.expectSame(
                            before, subject.view(instance, [demand]), "rollback", "\(text(number)) in prepare")
                    }
                }
            }
        },
        check("allocation-commit", "A commit that gets no memory changes all or nothing.") { subject, watch in
            try failures(subject.givenDemands()) { demand in
                let instance = try subject.make()
                let empty = try subject.view(instance, [demand])
                return try watch.eachFailure { number, failing in
                    let transaction = subject.bench.transaction()
                    _ = try subject.give(instance, transaction, demand, to: "pod-a")
                    let given = try subject.view(instance, [demand])
                    var isDone = false
                    failing { isDone = (try? instance.commit(transaction)) != nil }
                    return {
                        if !isDone { instance.rollback(transaction) }
                        try subject.expectSame(
                            isDone ? given : empty, subject.view(instance, [demand]), "commit",
                            "\(text(number)) and it \(isDone ? "worked" : "failed")")
                        try subject.releaseForGood(instance, Holder(podUID: "pod-a"))
                        try subject.expectSame(
                            empty, subject.view(instance, [demand]), "release", "\(text(number)) in commit")
                    }
                }
            }
        },
        check("allocation-release", "A release that gets no memory can be rolled back.") { subject, watch in
            try failures(subject.givenDemands()) { demand in
                let instance = try subject.make()
                _ = try subject.giveForGood(instance, demand, to: "pod-a")
                let held = try subject.view(instance, [demand])
                return try watch.eachFailure { number, failing in
                    let transaction = subject.bench.transaction()
                    var isDone = false
                    failing { isDone = (try? instance.release(transaction, Holder(podUID: "pod-a"))) != nil }
                    return {
                        instance.rollback(transaction)
                        try subject.expectSame(
                            held, subject.view(instance, [demand]), "rollback",
                            "\(text(number)) in a release that \(isDone ? "worked" : "failed")")
                    }
                }
            }
        },
        check("allocation-restore", "A restore that gets no memory fails and takes nothing down, or works.") {
            subject, watch in
            try failures(subject.givenDemands()) { demand in
                let giver = try subject.make()
                let empty = try subject.view(giver, [demand])
                let request = try subject.giveForGood(giver, demand, to: "pod-a").holding
                let held = try subject.view(giver, [demand])
                return try watch.eachFailure { number, failing in
                    let instance = try subject.make()
                    var isDone = false
                    failing { isDone = (try? instance.restore(request)) != nil }
                    return {
                        try subject.expectSame(
                            isDone ? held : empty, subject.view(instance, [demand]), "restore",
                            "\(text(number)) and it \(isDone ? "worked" : "failed")")
                    }
                }
            }
        },
    ]

    private static func check(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (Subject, AllocationWatch) throws -> Int
    ) -> Check {
        Check(name, summary, needs: Needs.commits, isAlone: true) { subject in
            let watch = try AllocationWatch(subject.library.path)
            guard try body(subject, watch) > 0 else { throw NothingToCheck("it asks for no memory in these calls") }
        }
    }

    /// How many allocations failed for all of them together.
    private static func failures(_ demands: [Demand], _ count: (Demand) throws -> Int) throws -> Int {
        var sum = 0
        for demand in demands { sum += try count(demand) }
        return sum
    }

    private static func text(_ number: UInt) -> String { "when allocation \(number) of the call failed" }
}
