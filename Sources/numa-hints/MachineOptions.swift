// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMAHints
import Recordings

/// Which machine a command is about.
struct MachineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "live, sim:NAME, synthetic:\"...\", an hwloc XML, a description in JSON, or a captured machine as folder or tar file.",
            valueName: "source"))
    var machine = "live"

    @Flag(help: "Also the nodes and CPUs that this process, or who recorded the machine, may not use.")
    var wholeSystem = false

    /// Whether another machine than this one is meant.
    var isNamed: Bool { machine != "live" }

    var origin: MachineOrigin {
        MachineOrigin(machine, wholeSystem: wholeSystem, scratch: Environment.value("TMPDIR") ?? "/tmp")
    }

    /// Reads the machine and hands it to `body`; what was unpacked for it is there until `body` returns.
    ///
    /// - Parameter devices: PCI devices too. Finding them takes most of the time.
    func withMachine<Result>(devices: Bool = true, _ body: (RecordedMachine) throws -> Result) throws
        -> Result
    {
        try origin.withMachine(devices: devices, body)
    }
}
