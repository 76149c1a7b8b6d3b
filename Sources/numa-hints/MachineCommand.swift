// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MachineTopology
import NUMACore
import Presentation
import SimulatedMachines

/// `numa-hints machine`: the machines that `--machine sim:NAME` means.
struct MachineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine",
        abstract: "Lists, shows and exports simulated machines, to try providers and rules on.",
        discussion: """
            They are made from published shapes of servers, and exist nowhere. Every command takes one as \
            --machine sim:NAME; docs/machines.md says what each is.

            Examples:
              numa-hints machine list
              numa-hints machine show gpu-8
              numa-hints machine export gpu-8 > gpu-8.xml
              numa-hints explain pod.yaml --machine sim:epyc-nps4

            Exit codes: 0 done; 2 usage, also a name that there is not.
            """,
        subcommands: [ListCommand.self, ShowCommand.self, ExportCommand.self]
    )

    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the simulated machines with their sizes.")

        @OptionGroup var output: OutputOptions

        func run() throws {
            let report = SimulatedReport(SimulatedMachine.all.map { ($0.name, $0.title, $0.about, $0.machine) })
            try output.print(report) { report.text }
        }
    }

    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows a simulated machine, and what of it is published.")

        @Argument(help: "One of `numa-hints machine list`.")
        var name: String

        @OptionGroup var output: OutputOptions

        func run() throws {
            let found = try SimulatedMachine.named(name)
            var machine = found.machine
            machine.nameDevices()
            let source = "sim:\(name)"
            try output.print(MachineReport(machine, source: source)) {
                "\(found.title)\n\(found.about)\n\n"
                    + MachinePicture(machine, source: source, width: Terminal.width, hasColour: Terminal.hasColour).text
            }
        }
    }

    struct ExportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Writes a simulated machine as an hwloc XML, which lstopo and --machine read.")

        @Argument(help: "One of `numa-hints machine list`.")
        var name: String

        func run() throws {
            let found = try SimulatedMachine.named(name)
            let origin = "made by numa-hints as sim:\(name); this machine exists nowhere"
            print(HwlocXML(found.machine, origin: origin).text, terminator: "")
        }
    }
}
