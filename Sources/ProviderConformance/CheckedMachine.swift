// SPDX-License-Identifier: Apache-2.0

package import NUMACore

/// A machine that a provider is shown.
package struct CheckedMachine: Sendable {
    package var machine: Machine
    /// What stands before /sys: empty for the running system, nil if there are no such files.
    package var root: String?

    /// The one of most checks, with four nodes.
    package static let usual = CheckedMachine(ModelMachine(nodes: 4).machine)

    package init(_ machine: Machine, root: String? = nil) {
        self.machine = machine
        self.root = root
    }
}
