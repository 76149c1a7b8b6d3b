// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MachineTopology
import NUMACore
import NUMAHints
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
              numa-hints topology --html machine.html --svg machine.svg

            With --matrix: how near GPUs, accelerators, NICs and NVMe disks are to each other, in the words of \
            nvidia-smi topo: PIX (one switch), PXB (several), PHB (a host bridge), NODE (one NUMA node), SYS (several).

            Exit codes: 0 done; 2 usage or bad input; 3 the machine cannot be read.
            """)

    @Flag(help: "Show how near the devices are to each other instead.")
    var matrix = false

    @OptionGroup var machineOptions: MachineOptions
    @OptionGroup var pictures: PictureOptions

    @Option(help: ArgumentHelp("Also write the machine as an SVG picture; - prints it instead.", valueName: "file"))
    var svg: String?

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        try pictures.validate(outputOptions)
        let files = [pictures.html, svg]
        guard svg != "", !files.contains("-") || (outputOptions.output == .text && files != ["-", "-"]) else {
            throw NUMAHintsError(.usage, "--svg needs the name of a file, or - where nothing else is printed")
        }
        guard svg == nil || svg == "-" || svg != pictures.html else {
            throw NUMAHintsError(.usage, "--svg and --html name the same file")
        }
        guard !matrix || files == [nil, nil] else {
            throw NUMAHintsError(.usage, "--matrix is text or data: leave out --html and --svg")
        }
        try machineOptions.withMachine { recorded in
            var machine = recorded.machine
            machine.nameDevices()
            let source = machineOptions.machine
            if matrix {
                let report = DeviceMatrix(machine)
                return try outputOptions.print(report) { report.text }
            }
            if !files.contains("-") {
                try outputOptions.print(MachineReport(machine, source: source)) {
                    MachinePicture(machine, source: source, width: Terminal.width, hasColour: Terminal.hasColour).text
                }
            }
            if let html = pictures.html { try WholeFile.write(MachinePage(machine, source: source).text, to: html) }
            if let svg { try WholeFile.write(MachineDrawing(machine, source: source).text, to: svg) }
        }
    }
}
