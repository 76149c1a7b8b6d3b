// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import TestSupport
import Testing

/// What holds for any checkpoint, and for any bytes.
@Suite("CheckpointLaws")
struct CheckpointLawTests {
    @Test("what is written is read as it was, and written again byte for byte")
    func roundTrip() throws {
        var generator = CheckpointGenerator(seed: TestEnvironment.seed)
        for number in 0..<TestEnvironment.cases(300) {
            let place: Comment = "case \(number), seed \(TestEnvironment.seed)"
            let cpu = generator.cpu()
            let cpuRead = try CPUManagerCheckpoint(bytes: cpu.bytes, file: "law")
            #expect(cpuRead == cpu, place)
            #expect(cpuRead.bytes == cpu.bytes, place)
            let memory = generator.memory()
            let memoryRead = try MemoryManagerCheckpoint(bytes: memory.bytes, file: "law")
            #expect(memoryRead == memory, place)
            #expect(memoryRead.bytes == memory.bytes, place)
            let devices = generator.devices()
            let devicesRead = try DeviceManagerCheckpoint(bytes: devices.bytes, file: "law")
            #expect(devicesRead == devices, place)
            #expect(devicesRead.bytes == devices.bytes, place)
        }
    }

    /// The longest file of each kind that the vectors have, if it is not too long, and its kind.
    private func samples() throws -> [(CheckpointFormat, [UInt8])] {
        let cases =
            try CheckpointCase.all("checkpoints.jsonl") + CheckpointCase.all("seed-004-checkpoints.jsonl")
        return CheckpointFormat.allCases.compactMap { format in
            cases.filter { CheckpointFormat(file: $0.file) == format && $0.content.utf8.count < 900 }
                .max { $0.content.utf8.count < $1.content.utf8.count }
                .map { (format, $0.bytes) }
        }
    }

    /// - Parameter equal: content that may be taken, since nothing that is read was damaged.
    private func refuses(_ format: CheckpointFormat, _ bytes: [UInt8], equal: [UInt8]? = nil, _ what: String) {
        do {
            let written = try format.pass(bytes, file: "damaged").written
            #expect(written == equal, "\(format) takes \(what), seed \(TestEnvironment.seed)")
        } catch {
            let isGood =
                error.code == .state && error.description.hasPrefix("damaged:")
                && !error.description.contains(where: \.isNewline)
            #expect(isGood, "\(what), seed \(TestEnvironment.seed): \(error)")
        }
    }

    @Test("every truncation is refused in one line")
    func truncated() throws {
        let samples = try samples()
        #expect(samples.count == 3)
        for (format, bytes) in samples {
            for count in 0..<bytes.count { refuses(format, Array(bytes.prefix(count)), "the first \(count) bytes") }
        }
    }

    @Test("flipped bits are refused in one line, or change nothing that is read")
    func flipped() throws {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for (format, bytes) in try samples() {
            for number in 0..<TestEnvironment.cases(300) {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                refuses(format, damaged, equal: bytes, "flip \(number): \(String(decoding: damaged, as: UTF8.self))")
            }
        }
    }

    @Test("an answer of a device plugin is decoded or refused, whatever its bytes are")
    func answers() throws {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for number in 0..<TestEnvironment.cases(2000) {
            let likely: [UInt8] = [0x0A, 0x12, 0x1A, 0x22, 0x2A, 1, 2, 3]
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                (Bool.random(using: &random) ? nil : likely.randomElement(using: &random))
                    ?? UInt8.random(in: 0...255, using: &random)
            }
            do throws(NUMAHintsError) {
                _ = try DeviceAllocation(bytes: bytes)
            } catch {
                #expect(
                    error.message.hasPrefix("cannot be decoded: "), "case \(number), seed \(TestEnvironment.seed)")
            }
        }
    }

    @Test("the fields of an answer, one of each")
    func answer() throws {
        func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
        func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
        let bytes =
            field(1, text(1, "B") + text(2, "2")) + field(1, text(1, "A") + text(2, "1"))
            + field(2, text(1, "/c") + text(2, "/h") + [0x18, 1]) + field(3, text(1, "/dev/a") + text(3, "rw"))
            + field(4, text(1, "note")) + field(5, text(1, "v.com/gpu=0")) + text(9, "unknown") + [0x50, 7]
            + [0x5D, 0, 0, 0, 0]
        let answer = try DeviceAllocation(bytes: bytes)
        #expect(answer.envs.map { "\($0.name)=\($0.value)" } == ["A=1", "B=2"])
        #expect(answer.mounts.map { [$0.containerPath, $0.hostPath, "\($0.isReadOnly)"] } == [["/c", "/h", "true"]])
        #expect(answer.devices.map { [$0.containerPath, $0.hostPath, $0.permissions] } == [["/dev/a", "", "rw"]])
        #expect(answer.annotations.map { [$0.name, $0.value] } == [["note", ""]])
        #expect(answer.cdiDevices == ["v.com/gpu=0"])
        #expect(throws: NUMAHintsError.self) { try DeviceAllocation(bytes: [0x0A, 0xFF]) }
    }
}
