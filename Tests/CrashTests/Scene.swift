// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// One operation that went well: what was there before and after it, and the calls that it made.
struct Scene: Sendable {
    let operation: Operation
    let before: PrivateFolder
    let trace: Trace
    let points: [CrashPoint]
    /// What may be held if it is harmed, each with no pod between: first as before, last as after.
    let steps: [Holdings]
    /// A pod that asks for all that nobody has after it.
    let rest: String
    /// What wrote on the disk before it, from the empty folder on.
    let history: [Trace]

    /// Something was begun before it.
    let isRecovery: Bool

    var after: Holdings { steps[steps.count - 1] }

    /// Plays the operations one after another in one folder.
    ///
    /// - Parameter begin: a folder, and what wrote in it.
    static func play(
        _ operations: [Operation], on stage: Stage, from begin: (PrivateFolder, [Trace])? = nil
    ) throws -> [Scene] {
        let place = try begin?.0 ?? Stage.emptyFolder()
        var history = begin?.1 ?? []
        var scenes: [Scene] = []
        for operation in operations {
            let before = try Stage.copy(place)
            let first = try Holdings(in: place.url)
            let trace = try Tracer.trace(stage.command(operation), in: place.url)
            let last = try Holdings(in: place.url)
            guard trace.result.status == operation.status, last.open.isEmpty, last.problems.isEmpty else {
                throw Tracer.Failure("\(operation.name): \(trace.result.all)\(last.problems)")
            }
            scenes.append(
                Scene(
                    operation: operation, before: before, trace: trace, points: try trace.points(),
                    steps: steps(from: first, to: last), rest: try stage.rest(after: last), history: history,
                    isRecovery: !first.open.isEmpty))
            history.append(trace)
        }
        return scenes
    }

    /// What is there if an operation that makes a pod and its fellows ends after each.
    private static func steps(from first: Holdings, to last: Holdings) -> [Holdings] {
        // What was open is undone, whatever comes of the operation.
        guard first.open.isEmpty, first.pods != last.pods else { return [last] }
        let added = last.pods.filter { pod in !first.pods.contains { $0.uid == pod.uid } }
        return [first]
            + added.indices.dropLast().map { index in
                var step = first
                step.pods += added[...index]
                return step
            } + [last]
    }

    /// How many pods it had spoken about when it made a call.
    func told(before index: Int) -> Int {
        let said = trace.calls[..<index].compactMap(\.output).joined()
        let lines = String(decoding: Array(said), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        return lines.dropLast().filter { $0.hasPrefix("pod ") }.count
    }
}
