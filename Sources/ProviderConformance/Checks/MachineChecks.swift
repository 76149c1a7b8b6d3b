// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether a provider works on machines of all sizes and odd shapes.
enum MachineChecks {
    static let all: [Check] =
        [1, 2, 8, 36, 64, 65, 128, 1024].map(size) + [
            shape("machine-gaps", "The ids of nodes may have gaps.", ModelMachine(ids: [0, 3, 9, 70]).machine),
            shape(
                "machine-bare-nodes", "A node may have memory and no CPUs.",
                ModelMachine(ids: [0, 1, 2, 3], bare: [2, 3]).machine),
            shape(
                "machine-no-distances", "The distances may be unknown.",
                ModelMachine(ids: [0, 1, 2, 3], hasDistances: false).machine),
            Check(
                "machine-offline", "CPUs that are off line or not allowed are never given.", needs: Needs.changes
            ) { subject in
                try onlyMadeUp(subject)
                var model = ModelMachine(nodes: 4)
                model.switchOff([1, 6, 11], forbidding: [3, 12])
                try works(subject, CheckedMachine(model.machine))
            },
            Check(
                "machine-no-extension", "A host without numa-hints.machine/1 is refused or served, not a crash.",
                needs: Needs.instance
            ) {
                subject in
                var style = HostStyle()
                style.hasMachine = false
                let machine = subject.bench.standard
                do throws(OpeningProblem) {
                    let instance = try ProviderInstance(
                        stepwise: subject.descriptor, of: subject.library, settings: subject.bench.setup.settings,
                        environment: subject.environment(machine), style: style)
                    for demand in (try? subject.demands()) ?? [] {
                        _ = try? instance.hints(for: subject.request(demand.amount(1)))
                    }
                } catch {
                    guard error.step == .creating else { throw BrokenPromise("create", error.error.message) }
                }
                try subject.expect(true, "create", "")
            },
        ]

    private static func size(_ nodes: Int) -> Check {
        Check(
            nodes == 1 ? "machine-1-node" : "machine-\(nodes)-nodes",
            "On a machine of \(nodes) node\(nodes == 1 ? "" : "s") hints and pieces keep the rules.",
            needs: Needs.changes
        ) { subject in
            try onlyMadeUp(subject)
            try works(subject, CheckedMachine(ModelMachine(nodes: nodes).machine))
        }
    }

    private static func shape(
        _ name: String, _ summary: String, _ machine: @autoclosure @escaping @Sendable () -> Machine
    ) -> Check {
        Check(name, summary, needs: Needs.changes) { subject in
            try onlyMadeUp(subject)
            try works(subject, CheckedMachine(machine()))
        }
    }

    private static func onlyMadeUp(_ subject: Subject) throws {
        if subject.bench.setup.machine != nil { throw NothingToCheck("it is about another machine than --machine") }
    }

    /// An instance; settings may be for another machine.
    private static func make(_ subject: Subject, _ machine: CheckedMachine) throws -> ProviderInstance {
        do {
            return try subject.make(on: machine)
        } catch let error as BrokenPromise where subject.bench.setup.settings != nil {
            throw NothingToCheck("with these settings there is no instance on this machine: \(error.evidence)")
        }
    }

    /// Asks, prepares, rolls back, and looks whether the books are as before.
    private static func works(_ subject: Subject, _ machine: CheckedMachine) throws {
        let instance = try make(subject, machine)
        // Finding out how much there is takes many instances, which large machines make slow.
        let isLarge = machine.machine.nodes.count > 16
        for demand in try subject.demands(on: machine, isBrief: isLarge) {
            let request = subject.request(demand.amount(1), on: machine)
            let answers = try subject.hints(instance, request)
            try subject.expect(true, "hints", "")
            guard let answer = answers.first, Offer(answer: answer, candidates: request.candidateNodes).isPossible,
                demand.most > 0
            else { continue }
            for units in Set([1, demand.most]).sorted() {
                let transaction = subject.bench.transaction()
                let pieces = try subject.prepare(
                    instance, transaction, subject.request(demand.amount(units), pod: "pod-\(units)", on: machine),
                    on: nil)
                try subject.expect(!pieces.isEmpty, "prepare", "gave nothing of \(demand.resource)")
                instance.rollback(transaction)
            }
            let again = try subject.hints(instance, request)
            try subject.expect(
                again == answers, "rollback",
                "hints before \(answers.map(BooksView.text)), after prepare and rollback \(again.map(BooksView.text))")
        }
    }
}
