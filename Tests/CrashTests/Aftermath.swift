// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// Checks what is left after an operation was harmed.
struct Aftermath {
    let stage: Stage
    let scene: Scene
    let place: PrivateFolder

    private static let recovery = Operation(name: "recovery", arguments: ["release", "nobody"])

    /// What is wrong with how the operation ended and what it left, after one of its calls failed.
    func problems(of result: CommandResult) throws -> [String] {
        let found = try Holdings(in: place.url)
        let held = "\(found.pods.map(\.uid)) are held, open \(found.open)"
        guard result.status != scene.operation.status else {
            // What a provider does not release now stays begun, and that is said.
            let isBegun = !found.open.isEmpty && result.errors.hasPrefix("numa-hints: warning: pod default/b: ")
            let isDone = found.open.isEmpty && found.pods == scene.after.pods
            return isDone || isBegun ? [] : ["it said \(result.all), and \(held)"]
        }
        if result.status == 1, result.output.contains("because provider org.example.slots: "), found.open.isEmpty,
            found.pods == scene.steps[0].pods
        {
            // A provider that cannot do what it should refuses the pod.
            return []
        }
        var problems: [String] = []
        let lines = result.errors.split(separator: "\n")
        if result.status != 3 || lines.count != 1 || !result.errors.hasPrefix("numa-hints: ") {
            problems.append("it said \(result.all)")
        }
        let isBegun = !found.open.isEmpty || scene.isRecovery
        if !isBegun, !scene.steps.contains(where: { $0.pods == found.pods }) { problems.append(held) }
        if result.errors.contains("nothing was changed"), !isBegun, scene.steps.count == 2,
            found.pods == scene.after.pods
        {
            problems.append("it said \(result.all), and \(held)")
        }
        return problems
    }

    /// What is wrong after the next command has recovered.
    ///
    /// - Parameter least: the first of the steps that is allowed.
    func problemsAfterRecovery(least: Int = 0) throws -> [String] {
        let result = try stage.run(Self.recovery, in: place.url)
        guard result.all == "status 0\nnobody holds nothing\n" else { return ["the next command: \(result.all)"] }
        let found = try Holdings(in: place.url)
        var problems = found.problems
        if !found.open.isEmpty { problems.append("\(found.open) are neither committed nor forgotten") }
        let allowed = scene.steps[min(least, scene.steps.count - 1)...]
        if !allowed.contains(where: { $0.pods == found.pods }) {
            problems.append("\(found.pods.map(\.uid)) are held, and should be \(allowed.map { $0.pods.map(\.uid) })")
        }
        if least > 0, least >= scene.steps.count - 1, !found.decisions.starts(with: scene.after.decisions) {
            problems.append("the decisions are \(found.decisions), and were \(scene.after.decisions)")
        }
        return problems
    }

    /// What is wrong after the operation was tried again, and all that is left was asked for.
    func problemsAfterRepeating() throws -> [String] {
        var again = scene.operation
        again.isToldLineByLine = false
        if again.isAdmission {
            again.arguments.append(scene.rest)
        } else {
            let result = try stage.run(again, in: place.url)
            guard result.status == again.status, result.errors.isEmpty else { return ["once more: \(result.all)"] }
            again = Operation(name: "rest", arguments: ["admit", scene.rest])
        }
        let result = try stage.run(again, in: place.url)
        guard result.status == again.status, result.errors.isEmpty else { return ["once more: \(result.all)"] }
        let found = try Holdings(in: place.url)
        var problems = found.problems
        if found.without("rest") != scene.after.pods {
            problems.append("\(found.pods) are held after all, and should be \(scene.after.pods)")
        }
        if !found.open.isEmpty { problems.append("\(found.open) are neither committed nor forgotten") }
        if !found.free.isEmpty(withSlots: stage.hasSlots) { problems.append("nobody has \(found.free)") }
        return problems
    }
}
