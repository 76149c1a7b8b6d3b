// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Ledger
import NUMACore
import Presentation

/// `numa-hints history`: what was decided.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lists the decisions that the ledger keeps, oldest first.",
        discussion: """
            The ledger keeps as many decisions as admit --history says. explain --uid shows one of them in full.

            Examples:
              numa-hints history --last 20
              numa-hints history --uid 1c2d3e4f-5a6b-7c8d-9e0f-112233445566 -o json

            Exit codes: 0 done; 2 usage; 3 the ledger cannot be read.
            """)

    @Option(help: "Only the decisions about this pod.")
    var uid: String?

    @Option(help: ArgumentHelp("Only the newest ones.", valueName: "number"))
    var last: Int?

    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        if let last, last < 0 {
            throw NUMAHintsError(.usage, "--last \(last): the number of decisions must not be negative")
        }
        var records = try ledgerOptions.reading { try $0.decisions(uid: uid) } ?? []
        if let last { records = Array(records.suffix(last)) }
        let path = try ledgerOptions.path()
        let report = HistoryReport(records, reading: StoredText.read)
        try output.print(report) {
            records.isEmpty ? "no decision is kept\(uid.map { " about \($0)" } ?? "") (\(path))\n" : report.table
        }
    }
}
