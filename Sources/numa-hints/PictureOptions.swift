// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMACore
import NUMAHints

/// Where a picture is written to, beside what is printed.
struct PictureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also write one page of HTML that needs nothing beside itself; - prints it instead of the text.",
            valueName: "file"))
    var html: String?

    /// Refuses two things on standard output.
    func validate(_ output: OutputOptions) throws {
        guard html != "-" || output.output == .text else {
            throw NUMAHintsError(.usage, "--html - and -o \(output.output.rawValue) both print: give --html a file")
        }
        guard html != "" else { throw NUMAHintsError(.usage, "--html needs the name of a file, or -") }
    }
}
