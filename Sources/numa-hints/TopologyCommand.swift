// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMACore
import Presentation
import Recordings

/// `numa-hints topology`: what the machine is.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Shows the machine: nodes, CPUs, memory, huge pages, devices, distances.")

    @OptionGroup var machineOptions: MachineOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        try machineOptions.withMachine { recorded in
            try outputOptions.print(MachineReport(recorded.machine, source: machineOptions.machine)) {
                MachinePicture(
                    recorded.machine, source: machineOptions.machine, width: Terminal.width,
                    hasColour: Terminal.hasColour
                ).text
            }
        }
    }
}
