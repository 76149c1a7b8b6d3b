// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Version 1.0 of the ABI as it was frozen, and what there is today.
@Suite("Frozen header")
struct FrozenHeaderTests {
    private static let frozen = TestEnvironment.root.appendingPathComponent("Tests/ABI/v1.0")

    /// A header without comments, its blanks made alike.
    private static func code(_ folder: URL, _ file: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            .replacing(/\/\*[\s\S]*?\*\//, with: " ").replacing(/\s+/, with: " ")
    }

    /// What stands in the braces of each struct, by its name without the version.
    private static func structs(_ code: String) -> [(name: String, members: String)] {
        code.matches(of: /struct nh_([a-z_]+)_\d+_\d+ \{([^}]*)\}/).map {
            (String($0.output.1), String($0.output.2).trimmingCharacters(in: .whitespaces))
        }
    }

    @Test("every struct is as it was, or longer at its end", arguments: HeaderVersion.files)
    func structs(_ file: String) throws {
        let before = Self.structs(try Self.code(Self.frozen, file))
        let now = Self.structs(try Self.code(Workshop.headers, file))
        #expect(before.count >= 8)
        for (name, members) in before {
            let today = try #require(now.first { $0.name == name }?.members, "\(name) is gone")
            #expect(today.hasPrefix(members), "\(name) is \(today)")
        }
    }

    @Test("every constant, macro and function is as it was", arguments: HeaderVersion.files)
    func others(_ file: String) throws {
        let before = try Self.code(Self.frozen, file)
        let now = try Self.code(Workshop.headers, file)
        let constants = before.matches(of: /NH_[A-Z_]+ = [^,}]+/).map { String($0.output).trimmingSuffix() }
        let text = try String(contentsOf: Self.frozen.appendingPathComponent(file), encoding: .utf8)
        let macros = text.matches(of: /#define NH_[A-Z_]+ [^\n\\\/]+/).map { String($0.output).trimmingSuffix() }
        let types = before.matches(of: /typedef (u?int\d+_t|struct nh_[a-z_]+_1_0) nh_[a-z_]+;/).map {
            String($0.output.0)
        }
        #expect(!macros.isEmpty && !constants.isEmpty && !types.isEmpty)
        for known in constants + types + macros.filter({ !$0.contains("NH_ABI_MINOR") }) {
            #expect(now.contains(known) || now.contains(known.replacing("_1_0", with: "_1_")), "\(known)")
        }
        if file == HeaderVersion.files[0] {
            #expect(now.contains("NH_EXPORT const nh_entry *numa_hints_entry_v1(void);"))
        }
    }

    @Test("a provider of version 1.0 works in today's command, in C and in Rust", arguments: ["c", "rust"])
    func provider(_ language: String) throws {
        let workshop = try Workshop()
        try workshop.write("", to: "providers/empty")
        let made = workshop.path("providers/libwidget.so")
        if language == "c" {
            let built = try workshop.widget("widget", headers: Self.frozen.path)
            try FileManager.default.moveItem(atPath: built, toPath: made)
        } else {
            guard Workshop.has("rustc") else { return }
            let source = TestEnvironment.root.appendingPathComponent("Examples/widget-rust/src/lib.rs").path
            let result = try run("rustc", ["--edition", "2021", "--crate-type", "cdylib", "-o", made, source])
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.all)")
        }
        for (amount, expected) in [(2, "gets example.org/widget w0 on node 0, w1 on node 0"), (3, "refused")] {
            let pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec: {containers: [{name: c, image: i, resources: {limits: {example.org/widget: \(amount)}}}]}
                """
            let result = try numaHints(
                "explain", "-", "--machine", "sim:gpu-8", "--policy", "single-numa-node", "--providers",
                workshop.path("providers"), input: Data(pod.utf8))
            #expect(result.output.contains(expected), "\(result.all)")
        }
    }

    @Test("a host of version 1.0 works with the provider of today, in C and in Rust", arguments: ["c", "rust"])
    func host(_ language: String) throws {
        let workshop = try Workshop()
        let driver = try workshop.driver("driver", headers: Self.frozen.path)
        let expected = try run(
            driver, [workshop.widget("widget", headers: Workshop.headers.path), "example.org/widget"])
        #expect(expected.status == 0 && expected.output.contains("example.org/widget"), "\(expected.all)")
        guard language == "rust", Workshop.has("rustc") else { return }
        let made = workshop.path("libother.so")
        let source = TestEnvironment.root.appendingPathComponent("Examples/widget-rust/src/lib.rs").path
        _ = try run("rustc", ["--edition", "2021", "--crate-type", "cdylib", "-o", made, source])
        let result = try run(driver, [made, "example.org/widget"])
        #expect(result.all == expected.all)
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String { trimmingCharacters(in: .whitespaces) }
}
