// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMACore

/// The command line: one file a command.
@main
struct NumaHints: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numa-hints",
        abstract: "Places work on NUMA machines through hint providers, and says why.",
        discussion: """
            Exit codes: 0 admitted or done; 1 refused, or a check found a difference; 2 usage or bad \
            input; 3 the machine, a provider or the state failed.
            """,
        version: "0.1.0",
        subcommands: [
            AdmitCommand.self, AttachCommand.self, CheckCommand.self, DoctorCommand.self, ExplainCommand.self,
            ExportCommand.self,
            HistoryCommand.self, MachineCommand.self, MergeCommand.self, NewProviderCommand.self,
            ProvidersCommand.self, ReleaseCommand.self, ReplayCommand.self, RunCommand.self,
            ServeCommand.self, SnapshotCommand.self, StateCommand.self, StatusCommand.self, TopCommand.self,
            TopologyCommand.self,
            VerifyCommand.self,
        ],
        helpNames: [.short, .long]
    )

    /// `run` passes on its command's status, and keeps its own failures apart from it as env(1) does.
    private static var isRun: Bool { CommandLine.arguments.dropFirst().first == "run" }

    /// Runs the command that the arguments name, and ends with the exit codes of every command.
    static func main() {
        do {
            // Not for people, so not among the commands that are listed.
            if CommandLine.arguments.dropFirst().first == CheckChildCommand.name {
                try CheckChildCommand.parse(Array(CommandLine.arguments.dropFirst(2))).run()
                Standard.exit(0)
            }
            var command = try parseAsRoot()
            try command.run()
            Standard.exit(0)
        } catch let error as NUMAHintsError {
            Standard.error("numa-hints: \(error)")
            Standard.exit(isRun ? 125 : error.code.exitStatus)
        } catch let code as ExitCode {
            Standard.exit(code.rawValue)
        } catch {
            let text = fullMessage(for: error)
            guard exitCode(for: error) != .success else {
                print(text)
                Standard.exit(0)
            }
            Standard.error(text)
            Standard.exit(error is CleanExit ? 0 : isRun ? 125 : NUMAHintsError.Code.usage.exitStatus)
        }
    }
}
