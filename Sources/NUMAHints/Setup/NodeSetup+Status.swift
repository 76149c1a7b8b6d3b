// SPDX-License-Identifier: Apache-2.0

package import Admission
package import Logging
import NUMACore
package import Presentation

extension NodeSetup {
    /// What a ledger says, node by node of the machine; where that or a provider fails, the pods alone and a warning.
    package func status(
        of held: (pods: [LedgerPod], memory: [LedgerMemory]), logger: Logger
    ) throws -> StatusReport {
        do {
            return try withNode(logger: logger) { node in
                if let refusal = node.refusals.first { throw NUMAHintsError(.provider, refusal) }
                let lost = try node.restore(held.pods, held.memory).map(\.description)
                return StatusReport(
                    held.pods, on: node.machine, books: try node.books(), warnings: node.warnings + lost)
            }
        } catch let error as NUMAHintsError where error.code.exitStatus == NUMAHintsError.Code.state.exitStatus {
            return StatusReport(held.pods, warnings: ["only what the ledger says is shown: \(error)"])
        }
    }
}
