// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether what an earlier process gave can be told to a new instance, and whether starting changes answers.
enum RestoreChecks {
    static let all: [Check] = [
        Check(
            "restore-equals", "An instance that is told what was given has the same books.",
            needs: Needs.commits + ["start-changes-nothing"]
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let grants = try some(subject, instance, demand)
                let restored = try restored(subject, grants, instance)
                try subject.expectSame(
                    try subject.view(instance, [demand]), try subject.view(restored, [demand]), "restore",
                    "in a new instance that was told all")
            }
        },
        Check(
            "restore-held", "What was restored is prepared again as it is.",
            needs: Needs.commits + ["restore-equals", "prepare-again-committed"]
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let grants = try some(subject, instance, demand)
                let restored = try restored(subject, grants, instance)
                let transaction = subject.bench.transaction()
                for grant in grants {
                    let pieces = try subject.prepare(restored, transaction, grant.holding, on: nil)
                    try subject.expect(
                        pieces.map(\.piece) == grant.pieces.map(\.piece), "prepare",
                        "\(grant.podUID) had \(Subject.text(grant.pieces)), and after a restore \(Subject.text(pieces))"
                    )
                }
            }
        },
        Check(
            "restore-release", "What was restored can be released, and is free then.",
            needs: Needs.commits + ["restore-equals", "prepare-again-committed"]
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let empty = try subject.view(instance, [demand])
                let grants = try some(subject, instance, demand)
                let restored = try restored(subject, grants, instance)
                for grant in grants { try subject.releaseForGood(restored, grant.holder) }
                try subject.expectSame(
                    empty, try subject.view(restored, [demand]), "release", "after all that was restored was released")
            }
        },
        Check(
            "restore-lost",
            "Pieces that the machine no longer has are refused (NH_EXHAUSTED), and nothing is taken down.",
            needs: Needs.commits + ["restore-equals"]
        ) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let empty = try subject.view(instance, [demand])
                guard let grant = try some(subject, try subject.make(), demand).first,
                    let lost = grant.pieces.last.map(Self.lost)
                else { continue }
                var request = grant.holding
                request.held[0][grant.pieces.count - 1] = lost
                do throws(ProviderFailure) {
                    try instance.restore(request)
                    throw ProviderFailure(.fault, provider: subject.id, reason: Reason("it was taken"))
                } catch {
                    try subject.expect(
                        error.kind == .exhausted, "restore",
                        "\(Subject.text([lost])) is not there, and restore said: \(error.reason)")
                }
                try subject.expectSame(empty, try subject.view(instance, [demand]), "restore", "after one that failed")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("it gives neither CPUs nor devices") }
        },
        Check("start-changes-nothing", "A start leaves the books as they are.", needs: Needs.commits) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let before = try subject.view(instance, [demand])
                try subject.start(instance)
                try subject.expectSame(before, try subject.view(instance, [demand]), "start", "after a start")
            }
        },
        Check(
            "start-equals-dry-run", "Without a start every call works as with one.",
            needs: Needs.commits + ["start-changes-nothing"]
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let (started, dry) = (try subject.make(), try subject.make())
                try subject.start(started)
                for instance in [started, dry] { _ = try some(subject, instance, demand) }
                try subject.expectSame(
                    try subject.view(started, [demand]), try subject.view(dry, [demand]), "commit",
                    "in an instance that was not started")
            }
        },
        Check("stop-without-start", "A stop without a start, as after a failure, is fine.", needs: Needs.instance) {
            subject in
            let instance = try subject.make()
            instance.stop()
            try subject.expect(true, "stop", "")
        },
        Check("changed-after-stop", "After stop has returned, nobody is told of changes.", needs: Needs.instance) {
            subject in
            let changes = ChangeCount()
            var environment = subject.environment(subject.bench.standard)
            environment.changed = { _ in changes.add() }
            var instance: ProviderInstance? = try subject.make(in: environment)
            if let instance { try subject.start(instance) }
            instance?.stop()
            let before = changes.count
            // Destroying it is all that may still be done.
            instance = nil
            try subject.expect(
                changes.count == before, "changed", "was called \(changes.count - before) times after stop had returned"
            )
        },
        Check("started-container", "A container that started leaves the others what they have.", needs: Needs.commits) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                guard instance.hearsOfStarts else { throw NothingToCheck("it does not learn that containers start") }
                let grant = try subject.giveForGood(instance, demand, to: "pod-a")
                let before = try subject.view(instance, [demand])
                instance.started(Holder(podUID: grant.podUID, container: "main"))
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "started", "after a container without others started")
            }
        },
    ]

    /// Three pods have a unit each, for good, as far as there are.
    private static func some(_ subject: Subject, _ instance: ProviderInstance, _ demand: Demand) throws -> [Grant] {
        try (0..<min(3, demand.most)).map { try subject.giveForGood(instance, demand, to: "pod-\($0)") }
    }

    /// A new instance that is told all, with what the books of memory say, and started.
    private static func restored(
        _ subject: Subject, _ grants: [Grant], _ instance: ProviderInstance
    ) throws -> ProviderInstance {
        let restored = try subject.make()
        for grant in grants { try subject.restore(restored, grant.holding) }
        do throws(ProviderFailure) {
            for state in try instance.memoryStates() { try restored.restore(state) }
        } catch {
            throw BrokenPromise("restore", Subject.text(error))
        }
        try subject.start(restored)
        return restored
    }

    /// A piece that no machine has.
    private static func lost(_ piece: Assignment) -> Assignment {
        var lost = piece
        switch piece.piece {
        case .cpus: lost.piece = .cpus([60_000])
        case .device(_, let nodes): lost.piece = .device(id: "nowhere", nodes: nodes)
        case .memory(_, let bytes, _): lost.piece = .memory(nodes: [60_000], bytes: bytes, shares: [])
        }
        return lost
    }
}
