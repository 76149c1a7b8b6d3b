// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore

/// Tells what is not as it was at the last look; the first look tells nothing.
struct ChangeWatch {
    private var devices = DeviceWatch()
    /// Who holds something, in the order of the ledger; nil before the first look.
    private var pods: [PodSpec]?
    private var machine: MachineFacts?

    /// - Parameters:
    ///   - listed: the devices of all providers.
    ///   - held: what the ledger says.
    mutating func look(_ listed: [ListedDevice], _ held: [LedgerPod]) -> [NodeChange] {
        let now = held.filter { $0.state == .committed }.map(\.admission.pod)
        var changes = devices.look(at: listed).map { NodeChange($0) }
        if let pods {
            let (before, after) = (Set(pods.map(\.uid)), Set(now.map(\.uid)))
            changes += pods.filter { !after.contains($0.uid) }.map { NodeChange(.released, $0) }
            changes += now.filter { !before.contains($0.uid) }.map { NodeChange(.admitted, $0) }
        }
        pods = now
        return changes
    }

    mutating func look(_ machine: Machine) -> [NodeChange] {
        let facts = MachineFacts(machine)
        let lines = self.machine.map { facts.changes(since: $0) } ?? []
        self.machine = facts
        return lines.map { NodeChange(.machine, $0) }
    }
}
