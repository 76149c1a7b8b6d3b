// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether what is given back is free again, and nothing else.
enum ReleaseChecks {
    static let all: [Check] = [
        Check(
            "release-frees", "A release that is committed leaves the books as if nothing had been given.",
            needs: Needs.changes + ["commit-lasts"]
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let before = try subject.view(instance, [demand])
                let grant = try subject.giveForGood(instance, demand, to: "pod-a")
                try subject.releaseForGood(instance, grant.holder)
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "release", "after everything was released")
            }
        },
        Check("release-twice", "A second release is fine, and changes nothing.", needs: Needs.commits) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let grant = try subject.giveForGood(instance, demand, to: "pod-a")
                try subject.releaseForGood(instance, grant.holder)
                let before = try subject.view(instance, [demand])
                try subject.releaseForGood(instance, grant.holder)
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "release", "after a second release")
            }
        },
        Check(
            "release-nobody", "A release of a holder that has nothing is fine, and changes nothing.",
            needs: Needs.commits
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                _ = try subject.giveForGood(instance, demand, to: "pod-a")
                let before = try subject.view(instance, [demand])
                try subject.releaseForGood(instance, Holder(podUID: "pod-nobody"))
                try subject.releaseForGood(instance, Holder(podUID: "pod-a", container: "nobody"))
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "release", "after the release of nobody's")
            }
        },
        Check(
            "release-seen", "Hints in a transaction see what it has released, and it can be given at once.",
            needs: Needs.commits
        ) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let grant = try subject.giveForGood(instance, demand, demand.most, to: "pod-a")
                let transaction = subject.bench.transaction()
                try subject.release(instance, transaction, grant.holder)
                let other = try subject.give(instance, transaction, demand, demand.most, to: "pod-b")
                try subject.expect(
                    !other.pieces.isEmpty, "prepare", "gave nothing of \(demand.resource) that was released")
            }
        },
        Check("release-rollback", "A rollback takes a release back.", needs: Needs.commits) { subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let grant = try subject.giveForGood(instance, demand, to: "pod-a")
                let before = try subject.view(instance, [demand])
                let transaction = subject.bench.transaction()
                try subject.release(instance, transaction, grant.holder)
                instance.rollback(transaction)
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "rollback", "after release and rollback")
            }
        },
        Check("release-prepared", "What a transaction has set aside it can release too.", needs: Needs.commits) {
            subject in
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let before = try subject.view(instance, [demand])
                let transaction = subject.bench.transaction()
                let grant = try subject.give(instance, transaction, demand, to: "pod-a")
                try subject.release(instance, transaction, grant.holder)
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "release",
                    "after prepare and release in one transaction")
            }
        },
        Check("release-container", "A release of one container leaves the others what they have.", needs: Needs.commits)
        {
            subject in
            for demand in try subject.givenDemands() where demand.most >= 2 {
                let instance = try subject.make()
                let before = try subject.view(instance, [demand])
                let grants = try twoContainers(subject, instance, demand)
                try subject.releaseForGood(instance, Holder(podUID: "pod-a", container: "one"))
                let others = subject.request(demand.amount(demand.most), pod: "pod-b")
                let attempt = subject.bench.transaction()
                let all = try? instance.prepare(attempt, others, Subject.placement(nil))
                try subject.expect(
                    all == nil, "release",
                    "after the release of the container one all of \(demand.resource) is free, though two has \(Subject.text(grants[1]))"
                )
                instance.rollback(attempt)
                try subject.releaseForGood(instance, Holder(podUID: "pod-a", container: "two"))
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "release", "after both were released")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("it has no two units of anything") }
        },
        Check(
            "release-pod", "A release without a container frees all that the pod has, and nobody else's.",
            needs: Needs.commits
        ) {
            subject in
            for demand in try subject.givenDemands() where demand.most >= 3 {
                let instance = try subject.make()
                _ = try subject.giveForGood(instance, demand, to: "pod-b")
                let before = try subject.view(instance, [demand])
                _ = try twoContainers(subject, instance, demand)
                try subject.releaseForGood(instance, Holder(podUID: "pod-a"))
                try subject.expectSame(
                    before, try subject.view(instance, [demand]), "release",
                    "after the pod with two containers was released")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("it has no three units of anything") }
        },
    ]

    /// Gives a unit each to two containers of a pod, for good.
    private static func twoContainers(
        _ subject: Subject, _ instance: ProviderInstance, _ demand: Demand
    ) throws -> [[Assignment]] {
        let containers = ["one", "two"].map {
            ContainerSpec(name: $0, requests: demand.amount(1), limits: demand.amount(1))
        }
        let transaction = subject.bench.transaction()
        var held: [[Assignment]] = [[], []]
        for place in containers.indices {
            let request = subject.request(containers, at: place, held: held)
            held[place] = try subject.prepare(instance, transaction, request, on: nil)
        }
        try subject.commit(instance, transaction)
        return held
    }
}
