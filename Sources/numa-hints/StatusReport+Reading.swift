// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore
import NUMAHints
import Presentation
import Recordings

/// Who holds what, read from where it is kept.
extension StatusReport {
    /// What a ledger says, node by node of the machine; where that or a provider fails, the pods alone and a warning.
    static func of(
        _ held: (pods: [LedgerPod], memory: [LedgerMemory]), _ machine: MachineOptions, _ kubelet: KubeletOptions,
        _ providers: ProviderOptions, _ ledger: LedgerOptions
    ) throws -> StatusReport {
        try Session.setup(machine, kubelet, nil, providers, ledger).status(of: held, logger: Session.logger)
    }

    /// What a kubelet's state files say, by that kubelet's settings.
    static func of(
        _ root: KubeletRoot, folder: String, _ machine: MachineOptions, _ kubelet: KubeletOptions,
        _ providers: ProviderOptions
    ) throws -> StatusReport {
        guard let (state, stateWarnings) = try root.state() else { return StatusReport([]) }
        let (completed, known) = try root.completed(kubelet)
        let held = KubeletHoldings(state)
        var report: StatusReport?
        try Session.withNode(
            machine, completed, nil, providers, isKubelet: true,
            adjust: { try $0.apply(state, on: $1.machine, root: $1.root, folder: folder) }
        ) { node in
            if let refusal = node.refusals.first { throw NUMAHintsError(.provider, refusal) }
            let lost = try node.restore(held)
            report = StatusReport(
                held.pods, on: node.machine, books: try node.books(),
                warnings: known + stateWarnings + node.warnings + lost)
        }
        return report ?? StatusReport(held.pods)
    }
}
