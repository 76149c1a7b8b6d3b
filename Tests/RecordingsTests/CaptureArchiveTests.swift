// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import Recordings
import TestSupport
import Testing

@Suite("Captures in tar files")
struct CaptureArchiveTests {
    private static let recording = TestEnvironment.root
        .appendingPathComponent("Tests/Machines/vm-2node-gpus.tar.gz")

    @Test("files and links come out, under the top folder, and are gone afterwards")
    func intact() throws {
        var tar = TarBuilder()
        tar.add("./", type: "5")
        tar.add("box/", type: "5")
        tar.add("box/sys/a/file", content: Data("text\n".utf8))
        tar.add("box/sys/link", type: "2", link: "a/../a/file")
        tar.add("box/sys/dangling", type: "2", link: "../proc/none")
        tar.add("box/sys/again", type: "1", link: "box/sys/a/file")
        var folder = ""
        try withFile(tar.finished) { path in
            try CaptureArchive.withUnpacked(path) { root in
                folder = root
                #expect(root.hasSuffix("/box"))
                for name in ["a/file", "link", "again"] {
                    let text = try? String(contentsOfFile: "\(root)/sys/\(name)", encoding: .utf8)
                    #expect(text == "text\n", "\(name)")
                }
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(!FileManager.default.fileExists(atPath: (folder as NSString).deletingLastPathComponent))
    }

    @Test("without a top folder the root is where sys and proc are")
    func noTopFolder() throws {
        var tar = TarBuilder()
        tar.add("sys/x", content: Data("1".utf8))
        tar.add("proc/y", content: Data("2".utf8))
        try withFile(tar.finished) { path in
            try CaptureArchive.withUnpacked(path) { root in
                #expect(FileManager.default.fileExists(atPath: "\(root)/sys/x"))
            }
        }
    }

    /// Each hostile archive, with a word that its refusal must have.
    static let hostile: [(word: String, tar: TarBuilder)] = {
        func tar(_ word: String, _ build: (inout TarBuilder) -> Void) -> (String, TarBuilder) {
            var builder = TarBuilder()
            build(&builder)
            return (word, builder)
        }
        return [
            tar("absolute") { $0.add("/tmp/evil") },
            tar("..") { $0.add("box/../../evil") },
            tar("outside") { $0.add("box/link", type: "2", link: "../../etc") },
            tar("outside") { $0.add("box/link", type: "2", link: "/etc/passwd") },
            tar("outside") {
                $0.add("p/q/up", type: "2", link: "../..")
                $0.add("p/q/out", type: "2", link: "up/..")
            },
            tar("something else") {
                $0.add("box/a/", type: "5")
                $0.add("box/link", type: "2", link: "a")
                $0.add("box/link/file", content: Data("x".utf8))
            },
            tar("twice") {
                $0.add("box/file", type: "2", link: "other")
                $0.add("box/file", content: Data("x".utf8))
            },
            tar("no file before") { $0.add("box/hard", type: "1", link: "box/none") },
            tar("..") { $0.add("box/hard", type: "1", link: "../../etc/passwd") },
            tar("no file before") {
                $0.add("box/link", type: "2", link: "x")
                $0.add("box/hard", type: "1", link: "box/link")
            },
            tar("device") { $0.add("box/tty", type: "3") },
            tar("device") { $0.add("box/disk", type: "4") },
            tar("pipe") { $0.add("box/pipe", type: "6") },
            tar("larger") { $0.add("box/file", content: Data(count: 3000)) },
            tar("more than") { for number in 0..<40 { $0.add("box/\(number)", content: Data(count: 900)) } },
            tar("entries") { for number in 0..<200 { $0.add("box/\(number)/", type: "5") } },
            tar("deeper") { $0.add(String(repeating: "d/", count: 20), type: "5") },
            tar("longer") { $0.add("box/" + String(repeating: "n", count: 90)) },
            tar("intact") { $0.add("box/file", content: Data("x".utf8), size: 1500) },
        ]
    }()

    @Test("a hostile archive is refused in one line that says why", arguments: hostile.indices)
    func hostileArchive(place: Int) throws {
        let (word, tar) = Self.hostile[place]
        var bounds = CaptureArchive.Bounds()
        (bounds.entries, bounds.totalBytes, bounds.fileBytes, bounds.depth, bounds.pathBytes) = (
            100, 20_000, 2_000, 10, 80
        )
        let data = word == "intact" ? tar.data : tar.finished
        try withFile(data) { path in
            let error = #expect(throws: NUMAHintsError.self) {
                try CaptureArchive.withUnpacked(path, bounds: bounds) { _ in }
            }
            let text = error?.description ?? ""
            #expect(text.contains(word) && !text.contains("\n"), "\(text)")
            #expect(error?.code == .input)
        }
    }

    @Test(
        "what is no capture is one line",
        arguments: [Data(), Data("nonsense".utf8), Data([0x1f, 0x8b]), Data(count: 512), Data(count: 4096)])
    func noCapture(data: Data) throws {
        try withFile(data) { path in
            let error = #expect(throws: NUMAHintsError.self) { try RecordedMachine.with(path) { _ in } }
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test("an archive that is cut or has flipped bits is read or refused, and ends nothing")
    func damaged() throws {
        let whole = try Data(contentsOf: Self.recording)
        let seed = TestEnvironment.seed
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        let cases = TestEnvironment.cases(25)
        for number in 0..<cases {
            var data = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                data[Int.random(in: data.indices, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            if number % 3 == 0 { data = data.prefix(Int.random(in: 0..<data.count, using: &generator)) }
            try withFile(data) { path in
                do {
                    try RecordedMachine.with(path) { _ in }
                } catch let error as NUMAHintsError {
                    refused += 1
                    #expect(!error.description.contains("\n"), "seed \(seed), case \(number)")
                }
            }
        }
        print("damaged archives: seed \(seed), \(cases) cases, \(refused) refused")
    }

    private func withFile(_ data: Data, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "\(UUID().uuidString).tar.gz")
        defer { try? FileManager.default.removeItem(at: file) }
        try data.write(to: file)
        try body(file.path)
    }
}
