// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import Glibc
import NUMACore
import Presentation
import ProviderConformance
import ProviderHost

/// `numa-hints check`: whether a provider keeps the contract.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a provider library against the contract, each check in a process of its own.",
        discussion: """
            A library that crashes, hangs or ends the process fails that check, and the others go on. A check that \
            finds nothing to look at (nothing is claimed, an extension is not offered) is skipped, and says why; so is \
            one that rests on a check that failed.

            Examples:
              numa-hints check ./libwidget.so
              numa-hints check ./libcard.so --settings card.json --only 'rollback-*,release-*'
              numa-hints check ./libcard.so -o junit > report.xml
              numa-hints check --list

            Exit codes: 0 nothing failed; 1 a check failed; 2 usage or bad input; 3 the library cannot be read.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, junit
    }

    @OptionGroup var options: CheckOptions

    @Flag(help: "List the checks and end.")
    var list = false

    @Option(
        help: ArgumentHelp(
            "Run these checks alone: names with commas between them, or patterns with *; may be repeated.",
            valueName: "names"))
    var only: [String] = []

    @Option(help: ArgumentHelp("How long a check may take.", valueName: "seconds"))
    var timeout = 10.0

    @Option(
        help: ArgumentHelp("How many checks run at once; as many as there are CPUs if not said.", valueName: "number"))
    var jobs: Int?

    @Flag(help: "Run the checks in this process, one after the other: for a debugger.")
    var inProcess = false

    @Option(name: [.customShort("o"), .customLong("output")], help: "text, json or junit.")
    var output: Format = .text

    func run() throws {
        guard (0.01...3600).contains(timeout) else {
            throw NUMAHintsError(.usage, "--timeout must be 0.01 to 3600 seconds, found \(timeout)")
        }
        guard (jobs ?? 1) > 0, (jobs ?? 1) <= 1024 else {
            throw NUMAHintsError(.usage, "--jobs must be 1 to 1024, found \(jobs ?? 0)")
        }
        let names = only.flatMap { $0.split(separator: ",").map(String.init) }
        let checks = try CheckSelection.checks(names)
        if list { return print(try listing(checks), terminator: "") }
        var results: [CheckResult] = []
        var setup: Bench.Setup?
        try options.withSetup { said in
            // The file alone: what runs when it is loaded runs in children.
            try ProviderLibraryFile.check(said.path)
            setup = said
            if inProcess { results = CheckRun.here(checks, said) }
        }
        guard let setup else { return }
        if !inProcess { results = try runChildren(checks) }
        try report(results, checks, setup)
    }

    private func runChildren(_ checks: [Check]) throws -> [CheckResult] {
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        let children = CheckChildren(options, jobs: jobs ?? max(1, processors), milliseconds: UInt64(timeout * 1000))
        return try children.run(checks)
    }

    private func report(_ results: [CheckResult], _ checks: [Check], _ setup: Bench.Setup) throws {
        let report = ConformanceReport(
            library: setup.path, seed: setup.seed,
            checks: results.map { result in
                ConformanceReport.Entry(
                    name: result.name, rule: checks.first { $0.name == result.name }?.summary ?? "",
                    status: result.status.rawValue, assertions: result.assertions, call: result.call,
                    detail: result.detail, warnings: result.warnings)
            })
        switch output {
        case .text: print(report.text(Emphasis(isOn: Terminal.hasColour)), terminator: "")
        case .junit: print(report.junit, terminator: "")
        case .json: print(try json(report))
        }
        if results.contains(where: \.status.isBad) { throw ExitCode(1) }
    }

    private func listing(_ checks: [Check]) throws -> String {
        switch output {
        case .text:
            let width = checks.map(\.name.count).max() ?? 0
            return checks.map { check in
                "\(check.name)\(String(repeating: " ", count: width - check.name.count))  \(check.summary)\n"
            }.joined()
        case .json: return try json(checks.map { ["name": $0.name, "rule": $0.summary] }) + "\n"
        case .junit: throw NUMAHintsError(.usage, "junit is for results: give --list text or json")
        }
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
