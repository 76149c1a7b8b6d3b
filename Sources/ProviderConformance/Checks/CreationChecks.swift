// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether instances are made, refused and destroyed as they should be.
enum CreationChecks {
    static let all: [Check] = [
        makes("create-works", "An instance can be made with these settings.", needs: Needs.library, step: .creating),
        makes(
            "create-table", "The table of an instance has every required member.",
            needs: Needs.library + ["create-works"],
            step: .table),
        makes(
            "create-claims", "Claims are names of resources or families, each once.",
            needs: Needs.library + ["create-works", "create-table"], step: .claims),
        Check("create-unknown-id", "An id that no descriptor has is refused (NH_NOT_FOUND).", needs: Needs.instance) {
            let refusal = $0.library.create(
                "org.numa-hints.nobody", settings: nil, environment: $0.environment($0.bench.standard))
            try $0.expect(refusal.status == 4, "create", "as the provider org.numa-hints.nobody: \(refusal.meaning)")
        },
        Check("create-again", "Two instances can be there at once and claim the same.", needs: Needs.instance) {
            let (one, other) = (try $0.make(), try $0.make())
            try $0.expect(
                one.claims == other.claims, "create",
                "one claims \(one.claims.map(\.pattern)), the other \(other.claims.map(\.pattern))")
        },
        Check(
            "create-leaks-nothing", "Instances that are made and destroyed leave no file descriptors and no threads.",
            needs: Needs.instance, isAlone: true
        ) { subject in
            // The first ones may open what stays open for the library.
            for _ in 0..<3 { _ = try subject.make() }
            let before = ProcessCount.now
            for _ in 0..<30 { _ = try subject.make() }
            let after = ProcessCount.now
            try subject.expect(
                after.descriptors <= before.descriptors, "destroy",
                "after 30 instances \(after.descriptors) descriptors are open, \(before.descriptors) before")
            try subject.expect(
                after.threads <= before.threads, "destroy",
                "after 30 instances there are \(after.threads) threads, \(before.threads) before")
        },
        Check("claims-last", "What an instance claims does not change while it lives.", needs: Needs.pieces) {
            subject in
            let instance = try subject.make()
            let before = instance.claims
            for demand in try subject.demands() {
                let request = subject.request(demand.amount(1))
                _ = try? instance.hints(for: request)
                let transaction = subject.bench.transaction()
                _ = try? instance.prepare(transaction, request, Subject.placement(nil))
                instance.rollback(transaction)
                let after = instance.currentClaims
                try subject.expect(
                    after == before, "claims",
                    "first \(before.map(\.pattern)), then \(after?.map(\.pattern) ?? ["none that can be read"])")
            }
        },
        refuses("settings-broken", "Settings that are not JSON are refused.", "{\"a\": "),
        refuses("settings-no-object", "Settings that are JSON, but no object, are refused.", "[1, 2]"),
        Check("settings-unknown-key", "Settings with a key that it does not know are refused.", needs: Needs.instance) {
            let text = withKey($0.bench.setup.settings)
            let refusal = $0.library.create($0.id, settings: text, environment: $0.environment($0.bench.standard))
            try $0.expect(refusal.status != 0, "create", "took \(text)")
        },
        Check(
            "settings-reason", "A refusal of settings comes with a reason.",
            needs: Needs.instance + ["settings-broken"]
        ) {
            let refusal = $0.library.create($0.id, settings: "{\"a\": ", environment: $0.environment($0.bench.standard))
            try $0.expect(refusal.reason != nil, "create", "failed (\(refusal.meaning)) and explained nothing")
            try $0.expect(refusal.reason?.text.isEmpty == false, "create", "failed with an empty reason")
        },
        Check(
            "settings-made", "A create that fails leaves the pointer alone.",
            needs: Needs.instance + ["settings-broken"]
        ) {
            let refusal = $0.library.create($0.id, settings: "{\"a\": ", environment: $0.environment($0.bench.standard))
            try $0.expect(!refusal.wasMade, "create", "failed (\(refusal.meaning)) and wrote to *made")
        },
        Check(
            "reason-line", "Reasons are one line: they have no control characters.",
            needs: Needs.instance + ["settings-broken"]
        ) {
            let refusal = $0.library.create($0.id, settings: "{\"a\": ", environment: $0.environment($0.bench.standard))
            try $0.expect(!refusal.hasBrokenLine, "create", "a control character in \"\(refusal.reason?.text ?? "")\"")
        },
    ]

    /// Makes an instance; fails at this step alone, since each step has a check.
    private static func makes(_ name: String, _ summary: String, needs: [String], step: OpeningProblem.Step) -> Check {
        Check(name, summary, needs: needs) { subject in
            do throws(OpeningProblem) {
                _ = try ProviderInstance(
                    stepwise: subject.descriptor, of: subject.library, settings: subject.bench.setup.settings,
                    environment: subject.environment(subject.bench.standard))
            } catch {
                guard error.step != step else { throw BrokenPromise("create", error.error.message) }
            }
            try subject.expect(true, "create", "")
        }
    }

    private static func refuses(_ name: String, _ summary: String, _ settings: String) -> Check {
        Check(name, summary, needs: Needs.instance) {
            let refusal = $0.library.create($0.id, settings: settings, environment: $0.environment($0.bench.standard))
            try $0.expect(refusal.status != 0, "create", "took the settings \(settings)")
        }
    }

    /// The settings with a key more.
    private static func withKey(_ settings: String?) -> String {
        let key = "\"numa-hints-check-unknown\":1"
        guard let settings, let open = settings.firstIndex(of: "{") else { return "{\(key)}" }
        let rest = settings[settings.index(after: open)...]
        let isEmpty = rest.first { !$0.isWhitespace } == "}"
        return "{\(key)\(isEmpty ? "" : ",")\(rest)"
    }
}
