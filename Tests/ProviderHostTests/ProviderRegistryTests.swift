// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// Which libraries are opened, and what is said of those that are not.
@Suite("Opening libraries")
struct ProviderRegistryTests {
    static let source = TestEnvironment.root.appendingPathComponent(
        "Tests/ProviderHostTests/Fixtures/faulty.c")
    let environment = ProviderEnvironment(machine: FaultyProviderTests.machine, root: nil)

    func open(_ paths: [String]) -> ProviderRegistry {
        ProviderRegistry(opening: paths, settings: [:], environment: environment)
    }

    @Test(
        "a library that is no provider is refused with a line that says why",
        arguments: [
            ("int nothing;", "is no provider: it exports no numa_hints_entry_v1"),
            (
                "__attribute__((visibility(\"default\"))) const void *numa_hints_entry_v2(void) { return 0; }",
                "major version 2, this host needs version 1"
            ),
            (
                "__attribute__((visibility(\"default\"))) const void *numa_hints_entry_v1(void) { return 0; }",
                "gave NULL instead of an entry table"
            ),
            (
                """
                #include "numa_hints_provider.h"
                static const nh_entry e = {.struct_size = sizeof e};
                NH_EXPORT const nh_entry *numa_hints_entry_v1(void) { return &e; }
                """, "its entry table has no descriptor"
            ),
            (
                """
                #include "numa_hints_provider.h"
                static const nh_descriptor *d(size_t i) { return (void)i, (void *)0; }
                static nh_status c(const char *i, const nh_host *h, const nh_provider **m) { return (void)i, (void)h, (void)m, NH_OK; }
                static const nh_entry e = {sizeof e, 0, d, c};
                NH_EXPORT const nh_entry *numa_hints_entry_v1(void) { return &e; }
                """, "offers no provider: descriptor 0 is NULL"
            ),
            (
                """
                #include "numa_hints_provider.h"
                static const nh_descriptor a = {sizeof a, "nodots", "1", "", 0};
                static const nh_descriptor *d(size_t i) { return i ? (void *)0 : &a; }
                static nh_status c(const char *i, const nh_host *h, const nh_provider **m) { return (void)i, (void)h, (void)m, NH_OK; }
                static const nh_entry e = {sizeof e, 0, d, c};
                NH_EXPORT const nh_entry *numa_hints_entry_v1(void) { return &e; }
                """, "ids are reverse-DNS, each once"
            ),
            (
                "extern int missing_function(void); int use(void) { return missing_function(); } "
                    + "__attribute__((visibility(\"default\"))) int (*p)(void) = missing_function;",
                "cannot be loaded: undefined symbol: missing_function"
            ),
        ])
    func noProvider(text: String, words: String) throws {
        let library = try CompiledLibrary(text: text)
        let registry = open([library.url.path])
        #expect(registry.providers.isEmpty)
        let line = try #require(registry.refused.first)
        #expect(line.path == library.url.path)
        #expect(line.reason.contains(words), "\(line)")
        #expect(!line.reason.contains("\n"))
    }

    @Test(
        "a descriptor that breaks a rule is refused",
        arguments: [
            ("{sizeof a - 8, \"a.b\", \"1\", \"\", 0}", "descriptor 0 is too short"),
            ("{sizeof a, NULL, \"1\", \"\", 0}", "descriptor 0 has an id that is NULL"),
            ("{sizeof a, \"a.b\", NULL, \"\", 0}", "descriptor 0 has a version that is NULL"),
            ("{sizeof a, \"a.b\", \"1\", NULL, 0}", "descriptor 0 has a summary that is NULL"),
            ("{sizeof a, \"a.b\", \"1\", \"\\xff\", 0}", "descriptor 0 has a summary that is not UTF-8"),
            ("{sizeof a, \"a.\\033[2J\", \"1\", \"\", 0}", "descriptor 0 has the id \"a. [2J\"; ids are reverse-DNS"),
        ])
    func descriptor(value: String, words: String) throws {
        let library = try CompiledLibrary(
            text: """
                #include "numa_hints_provider.h"
                static const nh_descriptor a = \(value);
                static const nh_descriptor *d(size_t i) { return i ? NULL : &a; }
                static nh_status c(const char *i, const nh_host *h, const nh_provider **m) { return (void)i, (void)h, (void)m, NH_OK; }
                static const nh_entry e = {sizeof e, 0, d, c};
                NH_EXPORT const nh_entry *numa_hints_entry_v1(void) { return &e; }
                """)
        let line = try #require(open([library.url.path]).refused.first)
        #expect(line.reason.hasPrefix(words), "\(line)")
    }

    @Test(
        "a file that is no library is refused",
        arguments: [
            (nil, "cannot be opened: No such file or directory"), ("", "is empty"),
            ("not a library", "is no shared library: it has no ELF header"),
            ("\u{7F}ELF\u{2}\u{1}\u{1}", "is no shared library: it has no ELF header"),
            (
                "\u{7F}ELF\u{1}\u{1}" + String(repeating: "\0", count: 64),
                "is built for another kind of machine"
            ),
            (
                "\u{7F}ELF\u{2}\u{1}\u{1}" + String(repeating: "\0", count: 64),
                "is built for another kind of machine"
            ),
        ] as [(String?, String)])
    func noLibrary(content: String?, words: String) throws {
        let folder = try PrivateFolder()
        let file = folder.url.appendingPathComponent("lib.so")
        if let content { try Data(content.utf8).write(to: file) }
        let registry = open([file.path])
        #expect(registry.refused.first?.reason.hasPrefix(words) == true, "\(registry.refused)")
    }

    @Test("a library that is cut short is refused before the loader maps it")
    func cutShort() throws {
        let library = try CompiledLibrary(compiling: Self.source)
        let whole = try Data(contentsOf: library.url)
        let folder = try PrivateFolder()
        for (index, length) in [1, 16, 63, 64, 120, 400, 1024, 4095].enumerated() {
            let file = folder.url.appendingPathComponent("lib\(index).so")
            try whole.prefix(length).write(to: file)
            let refused = open([file.path]).refused
            #expect(refused.first?.reason.hasPrefix("is ") == true, "cut to \(length) bytes: \(refused)")
        }
    }

    @Test("two providers of one resource are refused, naming both")
    func sameClaim() throws {
        let first = try CompiledLibrary("libfirst.so", compiling: Self.source)
        let second = try CompiledLibrary(
            "libsecond.so", compiling: Self.source, definitions: ["PROVIDER_ID=\"org.example.second\""])
        let registry = open([first.url.path, second.url.path])
        #expect(registry.providers.map(\.id) == ["org.example.faulty"])
        #expect(
            registry.refused.first?.reason
                == "both org.example.faulty (\(first.url.path)) and org.example.second claim example.org/thing"
        )
    }

    @Test("a family and a name in it overlap")
    func familyClaim() throws {
        let first = try CompiledLibrary(compiling: Self.source, definitions: ["CLAIM=\"example.org/*\""])
        let second = try CompiledLibrary(
            compiling: Self.source, definitions: ["PROVIDER_ID=\"org.example.second\""])
        let registry = open([first.url.path, second.url.path])
        #expect(registry.refused.first?.reason.hasSuffix("claim example.org/thing and example.org/*") == true)
    }

    @Test("one id twice is refused, naming the library that has it")
    func sameID() throws {
        let library = try CompiledLibrary(compiling: Self.source)
        let registry = open([library.url.path, library.url.path])
        #expect(
            registry.refused.first?.reason == "org.example.faulty is already provided by \(library.url.path)")
    }
}
