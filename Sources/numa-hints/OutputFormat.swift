// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import KubernetesFormats
import NUMACore

/// What `-o` takes, the same for every command.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json, yaml
}

/// The option that every command with a report has.
struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: "text, json or yaml.")
    var output: OutputFormat = .text

    /// Prints a report in the format asked for; `text` is asked only if it is that one.
    func print(_ report: some Encodable, text: () -> String) throws {
        switch output {
        case .text: Swift.print(OpenedSnapshots.named(text()), terminator: "")
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Swift.print(OpenedSnapshots.named(String(decoding: try encoder.encode(report), as: UTF8.self)))
        case .yaml: Swift.print(OpenedSnapshots.named(try YAMLText.of(report)), terminator: "")
        }
    }
}
