// SPDX-License-Identifier: Apache-2.0

import Ledger
import MachineTopology
import NUMACore
import NUMAHints
import Recordings

extension MachineOptions {
    /// The machine with the CPUs that containers keep for themselves: not for this process, but not gone.
    func withPartitions(_ opened: RecordedMachine, _ ledger: LedgerOptions) throws -> Machine {
        let machine = opened.machine
        guard opened.source == .live, machine.cpus.contains(where: { $0.isOnline && !$0.isAllowed }) else {
            return machine
        }
        // A ledger that cannot be read is complained of by whoever is to use it.
        guard let attachments = try? ledger.reading({ try $0.attachments() }) else { return machine }
        let kept = PartitionedCPUs.of(attachments)
        guard !kept.isEmpty else { return machine }
        var whole = self
        whole.wholeSystem = true
        return try whole.withMachine(devices: false) { machine.allowing(kept, of: $0.machine) }
    }
}
