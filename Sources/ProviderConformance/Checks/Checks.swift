// SPDX-License-Identifier: Apache-2.0

/// All checks, in the order in which they are reported; what a check needs comes before it.
package enum Checks {
    package static let all: [Check] = ordered(
        LibraryChecks.all + CreationChecks.all + HintChecks.all + BookChecks.all + PrepareChecks.all
            + TransactionChecks.all
            + ReleaseChecks.all + RestoreChecks.all + MachineChecks.all + HostChecks.all + RootChecks.all
            + AllocationChecks.all + WalkChecks.all)

    /// The same checks, each after those that it needs, else in the order given.
    private static func ordered(_ checks: [Check]) -> [Check] {
        var (placed, rest) = ([Check](), checks)
        var names: Set<String> = []
        while let place = rest.firstIndex(where: { $0.needs.allSatisfy(names.contains) }) {
            let check = rest.remove(at: place)
            names.insert(check.name)
            placed.append(check)
        }
        // What is left needs what is not there; a test says so.
        return placed + rest
    }
}
