// SPDX-License-Identifier: Apache-2.0

package import NUMACore

/// Why a library cannot be opened or an instance be made, and how far it got.
package struct OpeningProblem: Error {
    /// The steps in their order.
    package enum Step: String, Hashable, Sendable, CaseIterable {
        case file, loading, symbol, entry, descriptors, creating, table, claims
    }

    package var step: Step
    package var error: NUMAHintsError

    init(_ step: Step, _ error: NUMAHintsError) {
        self.step = step
        self.error = error
    }
}
