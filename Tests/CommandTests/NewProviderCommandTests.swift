// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the command writes and refuses; `Tests/kit/run` builds it.
@Suite("new-provider")
struct NewProviderCommandTests {
    @Test("a project is written, and an empty folder is taken")
    func writes() throws {
        let folder = try PrivateFolder()
        let place = folder.url.appendingPathComponent("card").path
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let result = try numaHints("new-provider", "com.example.card", "--language", "c", place)
        #expect(result.status == 0 && result.output.contains("10 files"), "\(result.all)")
        #expect(FileManager.default.isExecutableFile(atPath: place + "/test.sh"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["card"])
    }

    @Test("what cannot be is refused in one line, and nothing is written")
    func refuses() throws {
        let folder = try PrivateFolder()
        let place = folder.url.appendingPathComponent("card").path
        try Data().write(to: folder.url.appendingPathComponent("file"))
        let cases: [([String], String)] = [
            (["Card", "--language", "c", place], "is no name of a provider"),
            (["card", "--language", "c", folder.url.path], "is there already, and is no empty folder"),
            (["card", "--language", "c", folder.url.path + "/file/card"], "cannot be written"),
            (["card", "--language", "swift", place], "--language swift needs --package"),
            (["card", "--language", "swift", "--package", folder.url.path + "/none", place], "no such folder"),
            (["card", "--language", "swift", "--package", folder.url.path, place], "no Swift package"),
            (["card", "--language", "c", ""], "needs the name of a folder"),
        ]
        for (arguments, expected) in cases {
            let result = try run(
                TestEnvironment.built.appendingPathComponent("numa-hints").path, ["new-provider"] + arguments)
            #expect(result.status == 2 && result.errors.contains(expected), "\(result.all)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["file"])
    }
}
