// SPDX-License-Identifier: Apache-2.0

import Ledger
import MachineTopology
import NUMACore
package import Recordings

/// Which machine is meant.
package struct MachineOrigin: Sendable {
    /// As `--machine` has it: `live`, `sim:NAME`, a file.
    package var text: String
    /// Also the nodes and CPUs that this process, or who recorded the machine, may not use.
    package var wholeSystem: Bool
    /// The folder in which archives are unpacked.
    package var scratch: String

    package init(_ text: String = "live", wholeSystem: Bool = false, scratch: String = "/tmp") {
        self.text = text
        self.wholeSystem = wholeSystem
        self.scratch = scratch
    }

    /// Whether it is in an archive, which has to be unpacked to be read.
    var isArchive: Bool { if case .archive? = try? MachineSource(text) { true } else { false } }

    /// Reads the machine and hands it to `body`; what was unpacked for it is there until `body` returns.
    ///
    /// - Parameter devices: PCI devices too. Finding them takes most of the time.
    package func withMachine<Result>(devices: Bool = true, _ body: (RecordedMachine) throws -> Result) throws
        -> Result
    {
        try RecordedMachine.with(text, wholeSystem: wholeSystem, devices: devices, scratch: scratch, body)
    }

    /// The machine with the CPUs that containers keep for themselves: not for this process, but not gone.
    func withPartitions(_ opened: RecordedMachine, _ ledger: LedgerSource) throws -> Machine {
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
