// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MachineTopology
import NUMACore
import Presentation
import Recordings

/// `numa-hints topology`: what the machine is.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Shows the machine: nodes, CPUs, memory, huge pages, devices, distances.",
        discussion: """
            Examples:
              numa-hints topology
              numa-hints topology --machine server.xml -o json
              numa-hints topology --matrix

            With --matrix: how near GPUs, accelerators, NICs and NVMe disks are to each other, in the words of \
            nvidia-smi topo: PIX (one switch), PXB (several), PHB (a host bridge), NODE (one NUMA node), SYS (several).

            Exit codes: 0 done; 2 usage or bad input; 3 the machine cannot be read.
            """)

    @Flag(help: "Show how near the devices are to each other instead.")
    var matrix = false

    @OptionGroup var machineOptions: MachineOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        try machineOptions.withMachine { recorded in
            var machine = recorded.machine
            machine.nameDevices()
            if matrix {
                let report = DeviceMatrix(machine)
                return try outputOptions.print(report) { report.text }
            }
            try outputOptions.print(MachineReport(machine, source: machineOptions.machine)) {
                MachinePicture(
                    machine, source: machineOptions.machine, width: Terminal.width,
                    hasColour: Terminal.hasColour
                ).text
            }
        }
    }
}
