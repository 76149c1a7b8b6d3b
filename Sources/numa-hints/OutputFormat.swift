// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMAHints

/// What `-o` takes, the same for every command.
typealias OutputFormat = ReportFormat

extension ReportFormat: ExpressibleByArgument {}

/// The option that every command with a report has.
struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: "text, json or yaml.")
    var output: OutputFormat = .text

    /// Prints a report in the format asked for; `text` is asked only if it is that one.
    func print(_ report: some Encodable, text: () -> String) throws {
        Swift.print(OpenedSnapshots.named(try output.text(of: report, plain: text)), terminator: "")
    }
}
