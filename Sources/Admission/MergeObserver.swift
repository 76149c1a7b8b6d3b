// SPDX-License-Identifier: Apache-2.0

package import HintMerge

/// Looks on while hints are merged, to measure that. No decision depends on it.
package protocol MergeObserver: Sendable {
    /// Does the merge once, and hands its result on.
    func observe(_ merge: () -> MergeDecision) -> MergeDecision
}
