// SPDX-License-Identifier: Apache-2.0

/// One check of a provider library: what is checked, and how.
package struct Check: Sendable {
    enum Body: Sendable {
        /// Looks at the library itself.
        case library(@Sendable (Bench) throws -> Void)
        /// Is run for each provider of the library.
        case provider(@Sendable (Subject) throws -> Void)
    }

    /// Kebab-case, its group first: `rollback-restores`.
    package let name: String
    /// The rule, as a line.
    package let summary: String
    /// The checks that must not have failed: without them this one says nothing.
    package let needs: [String]
    /// Changes or measures the process, which must do nothing else meanwhile.
    package let isAlone: Bool
    let body: Body

    init(_ name: String, _ summary: String, needs: [String] = [], isAlone: Bool = false, _ body: Body) {
        self.name = name
        self.summary = summary
        self.needs = needs
        self.isAlone = isAlone
        self.body = body
    }

    init(
        _ name: String, _ summary: String, needs: [String] = [], isAlone: Bool = false,
        _ body: @escaping @Sendable (Subject) throws -> Void
    ) {
        self.init(name, summary, needs: needs, isAlone: isAlone, .provider(body))
    }

    /// Runs the check in this process; a library that ends the process ends it.
    package func run(on bench: Bench) -> CheckResult {
        var result = CheckResult(name: name, status: .passed)
        do {
            switch body {
            case .library(let body): try body(bench)
            case .provider(let body): try bench.eachProvider(body)
            }
            if bench.assertions == 0 { throw NothingToCheck("nothing of it could be asked for") }
        } catch let failure as BrokenPromise {
            result.status = .failed
            result.call = failure.call
            result.detail = failure.evidence
        } catch let nothing as NothingToCheck {
            result.status = .skipped
            result.detail = nothing.why
        } catch {
            result.status = .failed
            result.detail = "\(error)"
        }
        result.assertions = bench.assertions
        result.warnings = bench.warnings
        return result
    }
}
