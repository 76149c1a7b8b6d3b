// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The library for C")
struct EmbeddingLibraryTests {
    private let folder: ClientFolder

    init() throws { folder = try ClientFolder() }

    private func source(_ name: String) -> URL {
        TestEnvironment.root.appendingPathComponent("Tests/EmbeddingLibraryTests/Fixtures/\(name).c")
    }

    @Test("every function and every status, and documents that fit the schemas of the commands")
    func walk() throws {
        let result = try folder.start(folder.compile(source("walk"), "walk"))
        #expect(result.status == 0, "\(result.all)")
        var files: [String] = []
        for line in result.output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            let file = folder.path("\(parts[0]).\(files.count).json")
            try String(parts[1]).write(toFile: file, atomically: true, encoding: .utf8)
            files.append(file)
        }
        let names = Set(files.map { URL(fileURLWithPath: $0).lastPathComponent.prefix { $0 != "." } })
        #expect(names == ["admit", "attach", "changes", "explain", "release", "status"])
        let script = TestEnvironment.root.appendingPathComponent("Tests/schemas/validate").path
        let schemas = TestEnvironment.root.appendingPathComponent("docs/schemas").path
        let checked = try run(script, [schemas] + files)
        #expect(checked.status == 0, "\(checked.all)")
    }

    @Test("clients keep to their memory, as far as the address sanitizer sees", arguments: ["walk", "threads"])
    func addresses(_ name: String) throws {
        let checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
        // Not every compiler comes with them.
        guard try folder.has(checks) else { return }
        let program = try folder.compile(source(name), name, checks)
        let result = try folder.start(program, environment: ["ASAN_OPTIONS": "detect_leaks=0"])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.all)")
    }

    @Test("several threads at once, of which one closes the manager under the others")
    func threads() throws {
        let result = try folder.start(folder.compile(source("threads"), "threads"))
        #expect(result.status == 0, "\(result.all)")
    }

    @Test("the same under the thread sanitizer")
    func races() throws {
        let checks = ["-fsanitize=thread"]
        guard try folder.has(checks) else { return }
        let program = try folder.compile(source("threads"), "threads", checks)
        // It sees what the library does to the caller's memory; the locks of Swift it does not know.
        let result = try folder.start(program, environment: ["TSAN_OPTIONS": "ignore_noninstrumented_modules=1"])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.all)")
    }

    @Test("the library has its name with the major version, and no symbols but those of its header")
    func symbols() throws {
        let library = TestEnvironment.built.appendingPathComponent("libnumahints.so").path
        let name = try run("readelf", ["-d", library])
        #expect(name.output.contains("soname: [libnumahints.so.1]"))
        let table = try run("nm", ["-D", "--defined-only", library])
        let found = table.output.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        let header = try String(contentsOfFile: "\(ClientFolder.headers)/numa_hints.h", encoding: .utf8)
        let declared = header.matches(of: /(numa_hints_[a-z_]+)\(/).map { String($0.output.1) }
        #expect(found.sorted() == Set(declared).sorted())
    }

    @Test(
        "the header compiles by itself in every language that it is for",
        arguments: ["c11", "c17", "c2x", "c++11", "c++17", "c++20"], ["cc", "clang"])
    func dialects(_ standard: String, _ compiler: String) throws {
        let isCPlusPlus = standard.hasPrefix("c++")
        let file = folder.path(isCPlusPlus ? "own.cc" : "own.c")
        try "#include <numa_hints.h>\nint main(void) { return NUMA_HINTS_OK; }\n".write(
            toFile: file, atomically: true, encoding: .utf8)
        let result = try run(
            compiler,
            ["-x", isCPlusPlus ? "c++" : "c", "-std=\(standard)", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
                + ["-fsyntax-only", "-I", ClientFolder.headers, file])
        #expect(result.status == 0, "\(result.all)")
    }
}
