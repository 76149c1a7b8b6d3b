// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// What a check works with: the library, its settings, the machines and the seed; it counts what was compared.
package final class Bench {
    /// What a run of checks is about.
    package struct Setup: Sendable {
        /// The library's file.
        package var path: String
        /// The providers' settings, as the text of a JSON object.
        package var settings: String?
        package var seed: UInt64
        /// The machine that all checks use, instead of those made up for them.
        package var machine: CheckedMachine?
        /// Runs the transcript of these settings in another process; nil where there is none to be had.
        package var transcript: (@Sendable (Setup) throws -> String)?

        /// Copies of these settings know the same.
        let known = KnownDemands()

        package init(path: String, settings: String? = nil, seed: UInt64 = 1, machine: CheckedMachine? = nil) {
            self.path = path
            self.settings = settings
            self.seed = seed
            self.machine = machine
        }
    }

    let setup: Setup
    private(set) var assertions = 0
    private(set) var warnings: [String] = []
    private var lastTransaction: UInt64 = 0

    package init(_ setup: Setup) {
        self.setup = setup
        standard = setup.machine ?? .usual
    }

    /// The machine of the checks that are not about machines.
    let standard: CheckedMachine

    /// Takes down that something was compared; fails if it was not right.
    ///
    /// - Parameters:
    ///   - call: of the contract.
    ///   - evidence: what was seen instead.
    func expect(_ isRight: Bool, _ call: String, _ evidence: @autoclosure () -> String) throws {
        guard isRight else { throw BrokenPromise(call, evidence()) }
        assertions += 1
    }

    func warn(_ text: String) { warnings.append(text) }

    /// Transactions are never used again within a process.
    func transaction() -> TransactionID {
        lastTransaction += 1
        return TransactionID(rawValue: lastTransaction)
    }

    /// The library, opened; fails with what keeps it from being opened.
    func library() throws -> ProviderLibrary {
        do {
            return try ProviderLibrary(stepwise: setup.path)
        } catch {
            throw BrokenPromise("numa_hints_entry_v1", error.error.message)
        }
    }

    /// Runs the body for each provider of the library. One that has nothing to look at is passed over, unless all have.
    func eachProvider(_ body: (Subject) throws -> Void) throws {
        let library = try library()
        var nothing: NothingToCheck?
        for descriptor in library.descriptors {
            do {
                try body(Subject(bench: self, library: library, descriptor: descriptor))
            } catch let error as NothingToCheck {
                nothing = error
            } catch let error as BrokenPromise where library.descriptors.count > 1 {
                throw BrokenPromise(error.call, "\(descriptor.id): \(error.evidence)")
            }
        }
        if assertions == 0, let nothing { throw nothing }
    }
}
