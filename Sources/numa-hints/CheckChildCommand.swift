// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CShims
import FoundationEssentials
import Glibc
import NUMACore
import ProviderConformance

/// `numa-hints check-child`: runs one check for `check`, and writes the result to descriptor 3.
struct CheckChildCommand: ParsableCommand {
    /// The word that leads here.
    static let name = "check-child"

    /// What stands for a check's name where the transcript is meant.
    static let transcript = "transcript"

    @Argument var check: String
    @OptionGroup var options: CheckOptions

    func run() throws {
        shim_be_child()
        try options.withSetup { setup in
            guard check != Self.transcript else { return write(Array(try Transcript.text(setup).utf8)) }
            guard let check = Checks.all.first(where: { $0.name == self.check }) else {
                throw NUMAHintsError(.usage, "no check is called \"\(self.check)\"")
            }
            var setup = setup
            let options = self.options
            setup.transcript = { _ in
                let end = try CheckChild(options.words(Self.name, Self.transcript), milliseconds: 60_000)
                    .waitForEnd()
                return String(decoding: end.result, as: UTF8.self)
            }
            write(Array(try JSONEncoder().encode(check.run(on: Bench(setup)))))
        }
    }

    private func write(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(CheckChild.resultFile, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            done += count
        }
    }
}
