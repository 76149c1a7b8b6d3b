// SPDX-License-Identifier: Apache-2.0

/// Counts the steps of something, and says which of them is to fail.
public final class FaultPlan {
    /// How many steps there were.
    public private(set) var steps = 0
    /// The step that fails, from 0; nil for none.
    public var failing: Int?
    /// Whether every later one fails too.
    public var persists = false

    public init() {}

    /// Whether the step that is taken now is to fail.
    public func isNextFailing() -> Bool {
        defer { steps += 1 }
        guard let failing else { return false }
        return persists ? steps >= failing : steps == failing
    }

    /// Begins again to count, without a failure.
    public func heal() {
        failing = nil
        steps = 0
    }
}
