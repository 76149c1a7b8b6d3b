// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether a provider works with other hosts than this: later ones, and those that call from many threads.
enum HostChecks {
    static let all: [Check] = [
        Check(
            "host-later", "A host of a later minor version, whose records are longer, gets the same answers.",
            needs: Needs.commits
        ) {
            var style = HostStyle()
            style.slack = 40
            style.laterMinors = 3
            try sameAnswers($0, style, "from a host of a later minor version")
        },
        Check("host-zero-words", "Words without a bit at the end of a set mean nothing.", needs: Needs.commits) {
            var style = HostStyle()
            style.zeroWords = 3
            try sameAnswers($0, style, "from a host whose sets end in words without a bit")
        },
        Check(
            "threads-serial", "One instance can be called from one thread after the other.",
            needs: Needs.commits + ["threads-create"]
        ) {
            subject in
            let here = try history(subject, subject.make())
            let instance = try subject.make()
            let shared = Lent(subject), lent = Lent(instance)
            let elsewhere = try OwnThread.run { try history(shared.value, lent.value, isMoving: true) }
            try compare(subject, here, elsewhere, "from several threads, one after the other")
        },
        Check(
            "threads-together", "Two instances can be used at once, from two threads.",
            needs: Needs.commits + ["threads-serial", "threads-create"]
        ) {
            subject in
            let here = try history(subject, subject.make())
            let setup = subject.bench.setup
            let id = subject.id
            for _ in 0..<4 {
                let meeting = OwnThread.Meeting(2)
                let works = (0..<2).map { _ in
                    {
                        var found: [BooksView] = []
                        try Bench(setup).eachProvider { own in
                            guard own.id == id else { return }
                            let instance = Result { try own.make() }
                            meeting.wait()
                            found = try history(own, instance.get())
                        }
                        return found
                    }
                }
                for found in try OwnThread.together(works) {
                    try compare(subject, here, found, "beside another instance in another thread")
                }
            }
        },
        Check(
            "threads-create", "Instances can be made and destroyed in several threads at once.", needs: Needs.instance
        ) { subject in
            let setup = subject.bench.setup
            let id = subject.id
            let meeting = OwnThread.Meeting(4)
            let works = (0..<4).map { _ in
                {
                    try Bench(setup).eachProvider { own in
                        guard own.id == id else { return }
                        let made = Result { try (0..<10).map { _ in try own.make() } }
                        // All are there at once before any goes.
                        meeting.wait()
                        _ = try made.get()
                    }
                }
            }
            _ = try OwnThread.together(works)
            try subject.expect(true, "create", "")
        },
        Check(
            "processes-equal", "Equal histories give equal answers in two processes.", needs: Needs.pieces,
            .library { bench in
                guard let transcript = bench.setup.transcript else {
                    throw NothingToCheck("there is no second process")
                }
                let here = try Transcript.text(bench.setup).split(separator: "\n", omittingEmptySubsequences: false)
                let there = try transcript(bench.setup).split(separator: "\n", omittingEmptySubsequences: false)
                for (mine, theirs) in zip(here, there) {
                    try bench.expect(
                        mine == theirs, "hints", "one process \(mine.prefix(300)), another \(theirs.prefix(300))")
                }
                try bench.expect(
                    here.count == there.count, "hints",
                    "\(here.count) answers in one process, \(there.count) in another")
            }),
    ]

    /// Hands a value to a thread that alone uses it for a while. Sound, since the giver waits for the thread.
    private struct Lent<Value>: @unchecked Sendable {
        let value: Value

        init(_ value: Value) { self.value = value }
    }

    /// A series of calls, and what the books said in between.
    private static func history(
        _ subject: Subject, _ instance: ProviderInstance, isMoving: Bool = false
    ) throws -> [BooksView] {
        var views: [BooksView] = []
        func look(_ demand: Demand) throws {
            let shared = Lent(subject), lent = Lent(instance)
            let view = { try shared.value.view(lent.value, [demand]) }
            views.append(isMoving ? try OwnThread.run(view) : try view())
        }
        for demand in try subject.givenDemands() {
            let grant = try subject.giveForGood(instance, demand, to: "pod-a")
            try look(demand)
            let transaction = subject.bench.transaction()
            _ = try? subject.give(instance, transaction, demand, to: "pod-b")
            try look(demand)
            instance.rollback(transaction)
            try subject.releaseForGood(instance, grant.holder)
            try look(demand)
        }
        return views
    }

    private static func sameAnswers(_ subject: Subject, _ style: HostStyle, _ when: String) throws {
        try compare(
            subject, try history(subject, subject.make()), try history(subject, subject.make(style: style)), when)
    }

    private static func compare(_ subject: Subject, _ mine: [BooksView], _ theirs: [BooksView], _ when: String) throws {
        for (one, other) in zip(mine, theirs) { try subject.expectSame(one, other, "hints", when) }
        try subject.expect(mine.count == theirs.count, "hints", "\(when), other resources can be asked for")
    }
}
