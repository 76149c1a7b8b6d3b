// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether the library can be opened, and what it says of itself.
enum LibraryChecks {
    static let all: [Check] = [
        opens("library-loads", "The dynamic loader loads the library.", needs: [], upTo: .loading),
        opens("library-symbol", "It exports numa_hints_entry_v1.", needs: ["library-loads"], upTo: .symbol),
        opens(
            "library-entry", "The entry is a table with descriptor and create.", needs: ["library-symbol"], upTo: .entry
        ),
        opens(
            "library-descriptors",
            "Each descriptor has an id in reverse DNS, which comes once, a version and a summary.",
            needs: ["library-entry"], upTo: .descriptors),
        Check(
            "library-exports", "It exports no other symbol (else a warning).",
            needs: ["library-loads", "library-symbol"],
            .library { bench in
                let names = try ExportedSymbols(of: bench.setup.path).names
                try bench.expect(names.contains("numa_hints_entry_v1"), "library", "it exports \(names.count) symbols")
                let others = names.filter { !$0.hasPrefix("numa_hints_entry_v") }
                if let first = others.first {
                    bench.warn(
                        "exports \(others.count) symbol(s) beside its entry, e.g. \(first); a version script hides them"
                    )
                }
            }),
        Check(
            "library-minor", "The minor version that it was built with is one that this host knows (else a warning).",
            needs: Needs.library,
            .library { bench in
                let library = try bench.library()
                try bench.expect(library.minorVersion < 1 << 16, "entry", "abi_minor is \(library.minorVersion)")
                if library.minorVersion > 0 {
                    bench.warn("was built with the contract 1.\(library.minorVersion), this is 1.0")
                }
            }),
        Check("descriptor-version", "The version of a provider is a semantic version.", needs: Needs.library) {
            subject in
            let version = subject.descriptor.version
            try subject.expect(
                version.wholeMatch(of: /\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?/) != nil, "descriptor",
                "the version is \"\(version)\", not like 1.0.0")
        },
        Check("descriptor-line", "Version and summary are one line each, and not empty.", needs: Needs.library) {
            subject in
            try subject.expect(
                subject.descriptor.isOneLine, "descriptor", "a control character in \"\(subject.descriptor.summary)\"")
            try subject.expect(!subject.descriptor.summary.isEmpty, "descriptor", "the summary is empty")
        },
        Check(
            "descriptor-lasts", "Descriptors are the same whenever they are asked for, from any thread.",
            needs: Needs.library,
            .library { bench in
                let library = try bench.library()
                for _ in 0..<3 {
                    try bench.expect(
                        library.readDescriptors() == library.descriptors, "descriptor", "they are others the next time")
                }
                let elsewhere = try OwnThread.run { library.readDescriptors() }
                try bench.expect(elsewhere == library.descriptors, "descriptor", "they are others in another thread")
            }),
    ]

    /// Opens the library; fails at this step alone, since each step has a check.
    private static func opens(_ name: String, _ summary: String, needs: [String], upTo step: OpeningProblem.Step)
        -> Check
    {
        Check(
            name, summary, needs: needs,
            .library { bench in
                do throws(OpeningProblem) {
                    _ = try ProviderLibrary(stepwise: bench.setup.path)
                } catch {
                    guard error.step != step, !(step == .loading && error.step == .file) else {
                        throw BrokenPromise("library", error.error.message)
                    }
                }
                try bench.expect(true, "library", "")
            })
    }
}
