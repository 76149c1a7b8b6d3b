// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderProjects
import TestSupport
import Testing

/// The files of new providers. `Tests/kit/run` builds them.
@Suite("ProviderProject")
struct ProviderProjectTests {
    @Test("a name gives id, resource and the last word")
    func names() throws {
        let name = try ProviderName("com.example.power-card")
        #expect(name.id == "com.example.power-card" && name.short == "power-card")
        #expect(name.resource == "example.com/power-card")
        #expect(try ProviderName("card").id == "org.example.card")
        #expect(try ProviderName("card").resource == "example.org/card")
    }

    @Test(
        "what is no name is refused",
        arguments: [
            "", ".", "card.", ".card", "Card", "1card", "com.example.card-", "a b", "a/b", "a\"b", "swift", "é",
            String(repeating: "a", count: 200),
        ])
    func noNames(_ text: String) {
        #expect(throws: NUMAHintsError.self) { try ProviderName(text) }
    }

    @Test(
        "a project has sources, a page, a pod and a test, and nothing of the example's name",
        arguments: ProviderLanguage.allCases)
    func files(_ language: ProviderLanguage) throws {
        let project = try ProviderProject(ProviderName("com.example.card"), language, package: "/opt/numa-hints")
        let paths = project.files.map(\.path)
        #expect(paths == paths.sorted() && Set(paths).isSuperset(of: ["README.md", "pod.yaml", "test.sh"]))
        #expect(project.files.filter(\.isExecutable).map(\.path) == ["test.sh"])
        for file in project.files {
            #expect(
                !file.text.lowercased().contains("widget") && !file.path.lowercased().contains("widget"), "\(file.path)"
            )
            #expect(!file.text.contains("../.."), "\(file.path)")
        }
        let all = project.files.map(\.text).joined()
        #expect(all.contains("com.example.card") && all.contains("example.com/card"))
    }

    @Test("a project is the example of its language under another name", arguments: ["c", "rust", "swift"])
    func examples(_ language: String) throws {
        let kind = try #require(ProviderLanguage(rawValue: language))
        let project = try ProviderProject(ProviderName("org.example.widget"), kind, package: "../..")
        let folder = TestEnvironment.root.appendingPathComponent("Examples/widget-\(language)")
        var compared = 0
        for file in project.files {
            let example = folder.appendingPathComponent(file.path)
            guard !["README.md", ".gitignore", "Makefile"].contains(file.path),
                let text = try? String(contentsOf: example, encoding: .utf8)
            else { continue }
            compared += 1
            #expect(file.text == text, "\(file.path)")
        }
        #expect(compared >= 2)
    }

    @Test("a Swift project needs to know where ProviderKit is")
    func package() throws {
        let name = try ProviderName("card")
        #expect(throws: NUMAHintsError.self) { try ProviderProject(name, .swift) }
        #expect(throws: NUMAHintsError.self) { try ProviderProject(name, .swift, package: "a\"b") }
        let remote = try ProviderProject(name, .swift, package: "https://example.com/numa-hints")
        let manifest = try #require(remote.files.first { $0.path == "Package.swift" })
        #expect(manifest.text.contains(#".package(url: "https://example.com/numa-hints", branch: "main")"#))
    }
}
