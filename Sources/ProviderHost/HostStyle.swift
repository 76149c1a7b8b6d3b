// SPDX-License-Identifier: Apache-2.0

import BorderMemory

/// How a host shows itself, where it does so otherwise than usual: for those who check providers.
package struct HostStyle: Hashable, Sendable {
    /// How many bytes the records of the host are longer than those of this version of the contract.
    package var slack = 0
    /// How many words without a bit follow those of each set.
    package var zeroWords = 0
    /// What is added to the minor version of the contract.
    package var laterMinors: UInt32 = 0
    /// Offers the extension numa-hints.machine/1.
    package var hasMachine = true

    package init() {}

    func memory() -> LentMemory { LentMemory(slack: slack, zeroWords: zeroWords) }
}
