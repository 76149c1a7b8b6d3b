// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Random walks, seeded, whose books the checker keeps too.
enum WalkChecks {
    private static let steps = 60
    private static let needs =
        Needs.commits + [
            "prepare-others", "release-seen", "release-rollback", "prepare-too-much", "rollback-unknown",
            "prepare-failed",
            "prepare-failed-again", "rollback-many", "rollback-frees", "commit-unknown", "hints-offer-is-given",
            "hints-wider", "prepare-odd", "release-prepared",
        ]

    static let all: [Check] = [
        Check("walk-books", "Whatever happens, nothing is held twice, and no more than there is.", needs: needs) {
            subject in
            var walk = try Walk(subject, demands: subject.givenDemands())
            try walk.run(steps)
        },
        Check(
            "walk-leaks", "After a walk in which all was released the books are as at the beginning.",
            needs: needs + ["walk-books"]
        ) {
            subject in
            let demands = try subject.givenDemands()
            var walk = try Walk(subject, demands: demands)
            let before = try subject.view(walk.instance, demands)
            try walk.run(steps)
            try walk.releaseAll()
            try subject.expectSame(
                before, try subject.view(walk.instance, demands), "release",
                "after a walk with seed \(subject.bench.setup.seed)")
        },
        Check("walk-equal", "Two instances that walk the same way have the same books.", needs: needs + ["walk-books"])
        { subject in
            let demands = try subject.givenDemands()
            var walks = [try Walk(subject, demands: demands), try Walk(subject, demands: demands)]
            for place in walks.indices { try walks[place].run(steps) }
            try subject.expectSame(
                try subject.view(walks[0].instance, demands), try subject.view(walks[1].instance, demands), "hints",
                "after the same walk with seed \(subject.bench.setup.seed)")
        },
        Check(
            "walk-restore", "After a walk, a new instance that is told all has the same books.",
            needs: needs + ["walk-books", "walk-leaks", "restore-equals"]
        ) {
            subject in
            let demands = try subject.givenDemands()
            var walk = try Walk(subject, demands: demands)
            try walk.run(steps)
            let restored = try walk.restored()
            try subject.expectSame(
                try subject.view(walk.instance, demands), try subject.view(restored, demands), "restore",
                "after a walk with seed \(subject.bench.setup.seed)")
        },
    ]
}
