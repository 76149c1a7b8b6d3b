// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import TestSupport
import Testing

/// A state file as the vectors have it.
struct CheckpointCase: Decodable, Sendable {
    var id: String
    var file: String
    var content: String
    var checksum: UInt32

    var bytes: [UInt8] { Array(content.utf8) }

    static func all(_ file: String) throws -> [CheckpointCase] { try vectorLines(file, as: CheckpointCase.self) }
}

/// One of the three kinds of checkpoint, read and written.
enum CheckpointFormat: String, CaseIterable, Sendable {
    case cpu, memory, devices

    init?(file: String) {
        switch file {
        case "cpu_manager_state": self = .cpu
        case "memory_manager_state": self = .memory
        case "device-plugins/kubelet_internal_checkpoint": self = .devices
        default: return nil
        }
    }

    /// Reads the bytes of a file; gives the checksum, and the bytes that are written for it.
    func pass(_ bytes: [UInt8], file: String) throws(NUMAHintsError) -> (checksum: UInt32, written: [UInt8]) {
        switch self {
        case .cpu:
            let value = try CPUManagerCheckpoint(bytes: bytes, file: file)
            return (value.checksum, value.bytes)
        case .memory:
            let value = try MemoryManagerCheckpoint(bytes: bytes, file: file)
            return (value.checksum, value.bytes)
        case .devices:
            let value = try DeviceManagerCheckpoint(bytes: bytes, file: file)
            return (value.checksum, value.bytes)
        }
    }
}

@Suite("CheckpointVector")
struct CheckpointVectorTests {
    @Test(
        "state files of the kubelet are read, and written byte for byte",
        arguments: ["checkpoints.jsonl", "seed-004-checkpoints.jsonl"])
    func files(file: String) throws {
        let cases = try CheckpointCase.all(file)
        for test in cases {
            let format = try #require(CheckpointFormat(file: test.file), "\(test.id): \(test.file)")
            let (checksum, written) = try format.pass(test.bytes, file: test.id)
            #expect(checksum == test.checksum, "\(test.id)")
            #expect(written == test.bytes, "\(test.id): \(String(decoding: written, as: UTF8.self))")
        }
        #expect(!cases.isEmpty)
        print("\(file): \(cases.count) cases")
    }

    @Test("what the device plugins of the vectors answered is decoded")
    func allocations() throws {
        var count = 0
        for test in try CheckpointCase.all("checkpoints.jsonl") where test.file.hasPrefix("device-plugins") {
            for entry in try DeviceManagerCheckpoint(bytes: test.bytes, file: test.id).entries ?? [] {
                let allocation = try DeviceAllocation(bytes: try #require(entry.allocResp))
                // A device that an init container used before may be listed again.
                let ids = Set((entry.devices ?? []).flatMap { $0.ids ?? [] }).sorted()
                #expect(allocation.envs.map(\.name) == ["DEVICES"], "\(test.id)")
                #expect(allocation.envs.map(\.value) == [ids.joined(separator: ",")], "\(test.id)")
                count += 1
            }
        }
        print("checkpoints.jsonl: \(count) answers of device plugins")
    }
}
