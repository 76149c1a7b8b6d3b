// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Glibc
import Ledger
import NUMACore
import Presentation

/// `numa-hints status`: who holds what.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows who holds what, as the ledger says.",
        discussion: """
            Examples:
              numa-hints status
              numa-hints status --ledger ./ledger.db -o json
            """)

    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try ledgerOptions.path()
        var pods: [LedgerPod] = []
        if unsafe access(path, F_OK) == 0 {
            let ledger = try SQLiteLedger(path: path, access: .read)
            defer { try? ledger.close() }
            pods = try ledger.pods()
        }
        try output.print(StatusReport(pods)) {
            pods.isEmpty
                ? "nothing is held (\(path))\n" : pods.map { HoldingsText($0).text }.joined(separator: "\n")
        }
    }
}
