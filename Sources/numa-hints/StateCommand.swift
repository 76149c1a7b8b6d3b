// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubernetesFormats
import NUMACore
import Presentation
import Recordings

/// `numa-hints state`: the kubelet's own files about who holds what.
struct StateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Reads a kubelet's state files: who holds which CPUs, memory and devices.",
        discussion: "docs/kubelet-state.md describes the files, their checksums, and what is checked.",
        subcommands: [Show.self, Check.self]
    )

    /// The folder that both take.
    struct Folder: ParsableArguments {
        @Argument(
            help: ArgumentHelp(
                "A folder laid out as /var/lib/kubelet, or a copy of its state files, or a snapshot.", valueName: "dir")
        )
        var path: String

        /// The folder, or that of the snapshot.
        func opened() throws -> String { OpenedSnapshot.canBe(path) ? try OpenedSnapshots.kubelet(of: path) : path }
    }

    /// `numa-hints state show`: what the files say.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows what the files say: policies, CPUs, memory, devices.",
            discussion: """
                Examples:
                  numa-hints state show /var/lib/kubelet
                  numa-hints state show copy/of/kubelet -o json

                Exit codes: 0 done; 2 usage; 3 a file is damaged, or none is there.
                """)

        @OptionGroup var folder: Folder
        @OptionGroup var output: OutputOptions

        func run() throws {
            let report = StateReport(try KubeletState.read(folder: folder.opened()), source: folder.path)
            try output.print(report) { report.text(Emphasis(isOn: Terminal.hasColour)) }
        }
    }

    /// `numa-hints state check`: what is wrong with them.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Checks the files: damage, checksums, and whether they contradict themselves.",
            discussion: """
                Examples:
                  numa-hints state check /var/lib/kubelet

                Prints one line for each problem. Exit codes: 0 no problem; 1 a problem; 2 usage; 3 no file \
                is there.
                """)

        @OptionGroup var folder: Folder

        func run() throws {
            let (state, damage) = try KubeletState.readAll(folder: folder.opened())
            let problems = state.problems
            for error in damage { print(OpenedSnapshots.named("\(error)")) }
            for problem in problems { print(problem) }
            let missing = state.missing.map(\.rawValue).joined(separator: ", ")
            if !damage.isEmpty || !problems.isEmpty {
                if !missing.isEmpty { print("not there: \(missing)") }
                throw ExitCode(1)
            }
            print("no problem found in \(folder.path)" + (missing.isEmpty ? "" : "; not there: \(missing)"))
        }
    }
}
