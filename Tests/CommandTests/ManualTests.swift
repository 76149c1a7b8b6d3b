// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The man page and the shell completions know every command and option.
@Suite("Man page and completions")
struct ManualTests {
    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                var kind: String
                var name: String
            }
            var names: [Name]?
            var shouldDisplay: Bool
        }
        var commandName: String
        var shouldDisplay: Bool
        var arguments: [Argument]?
        var subcommands: [Command]?

        /// With those below it, but for `help`.
        var all: [Command] { [self] + (subcommands ?? []).filter { $0.commandName != "help" }.flatMap(\.all) }
    }

    private struct Dump: Decodable {
        var command: Command
    }

    private func call(_ words: String...) throws -> CommandResult {
        try run(TestEnvironment.built.appendingPathComponent("numa-hints").path, words)
    }

    private func commands() throws -> [Command] {
        let text = try call("--experimental-dump-help").output
        return try JSONDecoder().decode(Dump.self, from: Data(text.utf8)).command.all
    }

    @Test("the man page has every command and long option; if not, make man writes it anew")
    func manual() throws {
        let url = TestEnvironment.root.appendingPathComponent("docs/man/numa-hints.1")
        let page = try String(contentsOf: url, encoding: .utf8)
        let lines = Set(page.components(separatedBy: "\n"))
        var looked = 0
        for command in try commands().dropFirst() where command.shouldDisplay {
            #expect(lines.contains(".It Em \(command.commandName)"), "\(command.commandName): run make man")
            for argument in command.arguments ?? [] where argument.shouldDisplay {
                for name in argument.names ?? [] where name.kind == "long" {
                    looked += 1
                    #expect(page.contains("-\(name.name)"), "--\(name.name) of \(command.commandName): run make man")
                }
            }
        }
        #expect(looked > 50)
    }

    @Test("completions for bash, zsh and fish name every command", arguments: ["bash", "zsh", "fish"])
    func completions(_ shell: String) throws {
        let script = try call("--generate-completion-script", shell)
        #expect(script.status == 0)
        for command in try commands() where command.shouldDisplay {
            #expect(script.output.contains(command.commandName), "\(command.commandName)")
        }
        guard shell == "bash" else { return }
        // Bash alone is on every machine that this runs on.
        let checked = try run("/bin/bash", ["-n"], input: Data(script.output.utf8))
        #expect(checked.status == 0, "\(checked.all)")
    }
}
