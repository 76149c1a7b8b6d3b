// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Header")
struct HeaderTests {
    static let dialects = [
        ("gcc", ["c11", "c17", "c2x"]), ("clang", ["c11", "c17", "c23"]),
        ("g++", ["c++11", "c++17", "c++20"]), ("clang++", ["c++11", "c++17", "c++20"]),
    ]
    .flatMap { compiler, standards in standards.map { (compiler, $0) } }
    .filter { Workshop.has($0.0) }

    @Test("included from a file, it compiles without a warning", arguments: dialects)
    func compiles(_ compiler: String, _ standard: String) throws {
        let workshop = try Workshop()
        let isCPlusPlus = standard.hasPrefix("c++")
        let name = isCPlusPlus ? "includes.cc" : "includes.c"
        // Twice and in both orders: the headers guard themselves, and each stands alone.
        for (first, second) in [(0, 1), (1, 0)] {
            let text = """
                #include "\(HeaderVersion.files[first])"
                #include "\(HeaderVersion.files[second])"
                #include "\(HeaderVersion.files[first])"
                int known(const nh_provider *provider);
                int known(const nh_provider *provider) { return NH_HAS(provider, extension); }
                """
            try workshop.write(text + "\n", to: name)
            let result = try run(
                compiler,
                Workshop.strict + [
                    "-std=\(standard)", "-I\(Workshop.headers.path)", "-c", workshop.path(name), "-o",
                    workshop.path("out.o"),
                ])
            #expect(result.status == 0, "\(result.all)")
        }
    }

    @Test("the layout is asserted, and a change of it is caught")
    func layout() throws {
        let workshop = try Workshop()
        let layout = Workshop.headers.deletingLastPathComponent().appendingPathComponent("layout.c").path
        func compile(_ headers: String) throws -> CommandResult {
            try run(
                "cc",
                Workshop.strict + ["-std=c11", "-I\(headers)", "-c", layout, "-o", workshop.path("l.o")])
        }
        #expect(try compile(Workshop.headers.path).status == 0)
        let text = try String(
            contentsOf: Workshop.headers.appendingPathComponent(HeaderVersion.files[0]), encoding: .utf8)
        let others = try String(
            contentsOf: Workshop.headers.appendingPathComponent(HeaderVersion.files[1]), encoding: .utf8)
        try workshop.write(others, to: "x/numa_hints_extensions.h")
        try workshop.write(
            text.replacingOccurrences(of: "  uint64_t need;", with: ""), to: "x/numa_hints_provider.h")
        #expect(try compile(workshop.path("x")).all.contains("capacity_1_0 changed its size"))
    }

    @Test("every struct has an assertion for its layout")
    func everyStruct() throws {
        let layout = try String(
            contentsOf: Workshop.headers.deletingLastPathComponent().appendingPathComponent("layout.c"),
            encoding: .utf8)
        for file in HeaderVersion.files {
            let text = try String(contentsOf: Workshop.headers.appendingPathComponent(file), encoding: .utf8)
            let tags = text.matches(of: /struct nh_([a-z_]+_\d+_\d+) \{/).map { String($0.output.1) }
            #expect(!tags.isEmpty)
            for tag in tags { #expect(layout.contains("(\(tag), "), "\(tag)") }
        }
    }
}
