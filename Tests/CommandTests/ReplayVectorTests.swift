// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recordings
import TestSupport
import Testing

/// Whole sequences through the libraries, as `numa-hints replay` runs them.
@Suite("ReplayVector")
struct ReplayVectorTests {
    /// The path of a file that has the vectors, as the command is given it.
    private func path(_ file: String, in folder: PrivateFolder) throws -> String {
        let url = folder.url.appendingPathComponent(file)
        try vectorData(file).write(to: url)
        return url.path
    }

    private func sequences(_ file: String) throws -> [ReplaySequence] {
        try vectorData(file).split(separator: UInt8(ascii: "\n")).map { try ReplaySequence($0) }
    }

    @Test("every sequence of admission.jsonl, every step and field of it")
    func admission() throws {
        let folder = try PrivateFolder()
        let result = try numaHints("replay", "--check", try path("admission.jsonl", in: folder))
        #expect(result.all == "status 0\n")
        let sequences = try sequences("admission.jsonl")
        let steps = sequences.reduce(0) { $0 + $1.steps.count }
        print("admission.jsonl: \(sequences.count) cases of \(steps) steps")
    }

    @Test("all of seed-004 by the rules of its kubelet; by today's all but seed-004-12, which says so itself")
    func seed() throws {
        let folder = try PrivateFolder()
        let file = try path("seed-004.jsonl", in: folder)
        #expect(try numaHints("replay", "--check", "--semantics", "kubelet-1.23", file).all == "status 0\n")
        let sequences = try sequences("seed-004.jsonl")
        let later = sequences.filter { $0.laterExpectation != nil }.map(\.id)
        let today = try numaHints("replay", "--check", file)
        #expect(today.status == (later.isEmpty ? 0 : 1), "\(today.all)")
        let lines = today.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasSuffix("(it is as 1.36.2-expect has it)") }, "\(today.all)")
        #expect(Set(lines.map { $0.prefix { $0 != ":" } }) == Set(later.map { $0[...] }))
        print("seed-004.jsonl: \(sequences.count) cases, \(later.count) of them decided otherwise today")
    }

    @Test("input without expectations is answered too, and the answers are what was expected")
    func withoutExpectations() throws {
        let lines = try vectorData("seed-004.jsonl").split(separator: UInt8(ascii: "\n"))
        var bare = Data()
        for line in lines {
            var object = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
            var steps = try #require(object["steps"] as? [[String: Any]])
            for index in steps.indices { steps[index]["expect"] = nil }
            object["steps"] = steps
            bare += try JSONSerialization.data(withJSONObject: object) + Data("\n".utf8)
        }
        let result = try numaHints("replay", "--semantics", "kubelet-1.23", "-", input: bare)
        #expect(result.status == 0, "\(result.errors)")
        let answers = result.output.split(separator: "\n")
        #expect(answers.count == lines.count)
        struct Answer: Decodable {
            var id: String
            var steps: [ReplayAnswer]
        }
        for (answer, sequence) in zip(answers, try sequences("seed-004.jsonl")) {
            let decoded = try JSONDecoder().decode(Answer.self, from: Data(answer.utf8))
            #expect(decoded.id == sequence.id && decoded.steps.count == sequence.steps.count)
            for (step, wanted) in zip(decoded.steps, sequence.steps) {
                guard let expectation = wanted.expectation else { continue }
                #expect(step.differences(from: expectation) == [], "\(sequence.id)")
            }
        }
    }

    @Test("a stand-in that has no preference for CPUs makes sequences differ; without any, exit code 3")
    func standIn() throws {
        let folder = try PrivateFolder()
        let libraries = folder.url.appendingPathComponent("providers")
        try FileManager.default.createDirectory(
            at: libraries, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in ["devices", "memory", "hugepages"] {
            let library = "libnuma-hints-\(name).so"
            try FileManager.default.copyItem(
                at: TestEnvironment.built.appendingPathComponent(library),
                to: libraries.appendingPathComponent(library))
        }
        let file = try path("seed-004.jsonl", in: folder)
        let none = try numaHints("replay", file, "--providers", libraries.path)
        #expect(none.status == 3)
        #expect(none.output == "")
        #expect(none.errors.contains("no provider answers for cpu"), "\(none.all)")
        #expect(none.errors.split(separator: "\n").count == 1)

        let standIn = try CompiledLibrary(
            "libindifferent.so",
            compiling: TestEnvironment.root.appendingPathComponent("Tests/CommandTests/Fixtures/indifferent.c"))
        let other = try numaHints(
            "replay", "--check", file, "--providers", libraries.path, "--providers", standIn.folder.path)
        #expect(other.status == 1, "\(other.errors)")
        #expect(other.output.contains("containers[0].cpuset: null, expected \""), "\(other.output.prefix(1000))")
    }
}
