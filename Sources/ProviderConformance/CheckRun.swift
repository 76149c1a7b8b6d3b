// SPDX-License-Identifier: Apache-2.0

/// The state of a run of checks: what is to be run next, and what came of the others.
package struct CheckRun: Sendable {
    private let checks: [Check]
    private var results: [String: CheckResult] = [:]
    private var started: Set<String> = []
    /// Checks that were skipped for the sake of one that failed, each with that one.
    private var blocked: [String: String] = [:]

    package init(_ checks: [Check]) { self.checks = checks }

    package var count: Int { checks.count }
    package var done: Int { results.count }
    package var isOver: Bool { results.count == checks.count }

    /// The next check whose needs are all there, and that it is now running; nil if none can be run at the moment. What
    /// needs a check that failed is skipped.
    package mutating func start() -> Check? {
        for check in checks where !started.contains(check.name) {
            if let bad = check.needs.compactMap({ badness(of: $0) }).first {
                started.insert(check.name)
                blocked[check.name] = bad
                results[check.name] = CheckResult(
                    name: check.name, status: .skipped, detail: "\(bad) must not fail for this")
                continue
            }
            // A need that was not asked for is taken for granted.
            let isReady = check.needs.allSatisfy { need in results[need] != nil || !checks.contains { $0.name == need }
            }
            guard isReady else { continue }
            started.insert(check.name)
            return check
        }
        return nil
    }

    /// The check whose failure keeps those from being run that need this one; nil if there is none.
    private func badness(of name: String) -> String? {
        results[name]?.status.isBad == true ? name : blocked[name]
    }

    /// Runs checks in this process, one after the other.
    ///
    /// - Parameter isShared: others use this process meanwhile; what must be alone in it is then skipped.
    package static func here(_ checks: [Check], _ setup: Bench.Setup, isShared: Bool = false) -> [CheckResult] {
        var run = CheckRun(checks)
        while let check = run.start() {
            run.finish(
                check.isAlone && isShared
                    ? CheckResult(name: check.name, status: .skipped, detail: "it needs a process of its own")
                    : check.run(on: Bench(setup)))
        }
        return run.finished
    }

    package mutating func finish(_ result: CheckResult) { results[result.name] = result }

    /// Those that are there, in the order of the checks.
    package var finished: [CheckResult] { checks.compactMap { results[$0.name] } }
}
