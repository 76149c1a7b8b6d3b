// SPDX-License-Identifier: Apache-2.0

import Admission
import Ledger
package import NUMACore
package import Presentation
import ProviderHost

/// What is known of a node without waiting for those who change something, or changing anything.
extension ManagedNode {
    /// Looks where threads and pages of all containers are. It takes the longer the more processes they have.
    ///
    /// What is changed meanwhile can be seen half done.
    package func verify() throws(NUMAHintsError) -> [ContainerVerification] {
        try Self.typed {
            try ledger.reading { opened in
                let held = try opened.holdings()
                return try withNode { node in
                    _ = try node.restore(held.pods, held.memory)
                    let view = SettledAllocations(
                        providers: node.registry.providers, ledger: opened, machine: node.machine)
                    return try view.verify(nil, repairs: false)
                }
            } ?? []
        }
    }
}

/// What a ledger says, whose providers were told so.
private struct SettledAllocations: AllocationReader {
    let providers: [ProviderInstance]
    let ledger: any AdmissionLedger
    let machine: Machine
}

extension Holdings {
    /// What each node has of each resource; nil where the machine or its providers cannot say.
    package var figures: [NodeFigure]? { report.figures }
}
