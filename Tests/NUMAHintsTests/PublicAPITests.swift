// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What is public is what docs/public-api.md lists, and a client can use it.
@Suite("Public API")
struct PublicAPITests {
    private let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    /// How a compiler finds the modules that were built beside the tests.
    private static func search() throws -> [String] {
        let roots = [
            TestEnvironment.root.appendingPathComponent("Sources"),
            TestEnvironment.root.appendingPathComponent(".build/checkouts"),
        ]
        var words = ["-I", TestEnvironment.built.appendingPathComponent("Modules").path]
        for root in roots {
            for case let file as URL in FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
                ?? .init()
            where file.lastPathComponent == "module.modulemap" && file.path.contains("/Sources/") {
                words += ["-Xcc", "-fmodule-map-file=\(file.path)"]
            }
        }
        for file in try FileManager.default.contentsOfDirectory(
            at: TestEnvironment.built, includingPropertiesForKeys: nil)
        where file.pathExtension == "build" {
            let map = file.appendingPathComponent("module.modulemap")
            if FileManager.default.fileExists(atPath: map.path) { words += ["-Xcc", "-fmodule-map-file=\(map.path)"] }
        }
        return words
    }

    /// The words in code font that begin the list items of the page.
    private static func listed() throws -> [String] {
        let page = try String(
            contentsOf: TestEnvironment.root.appendingPathComponent("docs/public-api.md"), encoding: .utf8)
        return page.matches(of: /(?m)^- (.*)$/).flatMap { line in
            line.output.1.matches(of: /`([^`]+)`/).map { String($0.output.1) }
        }
    }

    @Test("the page lists what is public, and nothing else")
    func page() throws {
        let result = try run(
            "swift",
            [
                "symbolgraph-extract", "-module-name", "NUMAHints", "-minimum-access-level", "public", "-target",
                "x86_64-unknown-linux-gnu",
            ]
                + ["-output-dir", folder.url.path, "-skip-synthesized-members"] + Self.search())
        #expect(result.status == 0, "\(result.all)")
        let data = try Data(contentsOf: folder.url.appendingPathComponent("NUMAHints.symbols.json"))
        let graph = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let symbols = try #require(graph["symbols"] as? [[String: Any]])
        let own = symbols.compactMap { ($0["pathComponents"] as? [String])?.joined(separator: ".") }
        let exports = try String(
            contentsOf: TestEnvironment.root.appendingPathComponent("Sources/NUMAHints/Face/Exports.swift"),
            encoding: .utf8)
        let others = exports.matches(of: /public import [a-z]+ ([A-Za-z.]+)/).map { String($0.output.1) }
        let difference = Set(own + others).symmetricDifference(try Self.listed())
        #expect(difference.isEmpty, "\(difference.sorted())")
    }

    @Test(
        "the example agent, and a client that uses what is listed, compile with one import",
        arguments: ["Examples/agent-swift/Sources/agent/Agent.swift", "Tests/NUMAHintsTests/Fixtures/Client.swift"])
    func client(_ source: String) throws {
        let path = TestEnvironment.root.appendingPathComponent(source).path
        let result = try run(
            "swiftc",
            [
                "-typecheck", "-swift-version", "6", "-enable-upcoming-feature", "MemberImportVisibility",
                "-warnings-as-errors",
            ]
                + ["-parse-as-library", path] + Self.search())
        #expect(result.status == 0, "\(result.all)")
    }
}
