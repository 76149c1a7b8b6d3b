// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import TestSupport
import Testing

/// Whatever is done to a checkpoint, it is read or refused in one line, and what is read can be worked with.
@Suite("CheckpointDamageLaws")
struct CheckpointDamageLawTests {
    @Test("Law: a damaged checkpoint is a value or one clear line")
    func damage() {
        for number in 0..<TestEnvironment.cases(200) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var generator = CheckpointGenerator(seed: seed)
            let place: Comment = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            for format in CheckpointFormat.allCases {
                let sound = Self.bytes(format, &generator)
                let bytes = Mutation.damaged(sound, words: Self.words, &generator.random)
                do throws(NUMAHintsError) {
                    let state = try KubeletState(format, bytes)
                    // What is read is written so that it is read again.
                    let written = state.cpu?.bytes ?? state.memory?.bytes ?? state.devices?.bytes ?? []
                    let again = try? KubeletState(format, written)
                    #expect(again == state, place)
                    let lines = state.problems.map { "\($0)" }
                    let areLines = lines.allSatisfy { !$0.contains { $0.isNewline } }
                    #expect(areLines, place)
                } catch {
                    #expect(error.code == .state, place)
                    #expect(error.description.hasPrefix("damaged:"), place)
                    #expect(error.description.utf8.count < 1000, place)
                    let isOneLine = !error.description.contains { $0.isNewline }
                    #expect(isOneLine, place)
                }
            }
        }
    }

    /// Mostly without a checksum, since what is damaged would not come past it.
    private static func bytes(_ format: CheckpointFormat, _ generator: inout CheckpointGenerator) -> [UInt8] {
        switch format {
        case .cpu:
            var file = generator.cpu()
            file.hasChecksum = file.pods.count == 1
            return file.bytes
        case .memory:
            var file = generator.memory()
            file.hasChecksum = file.pods.count == 1
            return file.bytes
        case .devices:
            return generator.devices().bytes
        }
    }

    private static let words = [
        "{", "}", "[", "]", "\"", "\\", "\\u0000", "\\ud800", ":", ",", "null", "true", "-1", "1.0", "1e5", "0",
        "18446744073709551615",
        "18446744073709551616", "\"0-4294967295\"", "\"0-9223372036854775807\"", "\"1-0\"", "\"a\"",
        "\"numberOfAssignments\"", "\"cells\"",
        "\"checksum\":0", "\"memory\"", "\"hugepages-1Gi\"", "\u{FEFF}", "\n", "\u{2028}",
    ]
}

extension KubeletState {
    /// Reads one of the files.
    fileprivate init(_ format: CheckpointFormat, _ bytes: [UInt8]) throws(NUMAHintsError) {
        self.init()
        switch format {
        case .cpu: cpu = try CPUManagerCheckpoint(bytes: bytes, file: "damaged")
        case .memory: memory = try MemoryManagerCheckpoint(bytes: bytes, file: "damaged")
        case .devices: devices = try DeviceManagerCheckpoint(bytes: bytes, file: "damaged")
        }
    }
}
