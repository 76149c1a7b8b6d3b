// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import ProviderWire
import TestSupport
import Testing

/// What holds of records and packets that come from who knows where.
@Suite("Laws of records on the wire")
struct RecordLawTests {
    /// A shape with the function that decodes a record and encodes what came of it.
    struct Kind: Sendable {
        var name: String
        var make: @Sendable (inout RecordGenerator) -> [UInt8]
        var again: @Sendable ([UInt8]) throws -> [UInt8]

        init<Record>(
            _ name: String, _ shape: RecordShape, _: Record.Type,
            _ make: @escaping @Sendable (inout RecordGenerator) -> [UInt8]
        ) {
            self.name = name
            self.make = make
            again = { bytes in
                var decoder = RecordDecoder(bytes)
                let record = unsafe try decoder.record(shape, as: Record.self)
                var encoder = RecordEncoder()
                unsafe encoder.record(record, shape)
                return encoder.writer.bytes
            }
        }
    }

    static let kinds = unsafe [
        Kind("hint", .hint, nh_hint.self) { $0.hint() },
        Kind("capacity", .capacity, nh_capacity.self) { $0.capacity() },
        Kind("message", .message, nh_message.self) { $0.message() },
        Kind("assignment", .assignment, nh_assignment.self) { $0.piece() },
        Kind("request", .request, nh_request.self) { $0.request() },
        Kind("device", .device, nh_device.self) { $0.device() },
    ]

    @Test("Law: what is read from a record's bytes is the record", arguments: kinds)
    func roundTrip(_ kind: Kind) throws {
        for number in 0..<TestEnvironment.cases(300) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var generator = RecordGenerator(seed: seed)
            let bytes = kind.make(&generator)
            #expect(try kind.again(bytes) == bytes, "\(kind.name), NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
        }
    }

    @Test(
        "Law: damaged and made-up bytes are turned down, or are a record, and never end the process", arguments: kinds)
    func garbage(_ kind: Kind) throws {
        var refused = 0
        for number in 0..<TestEnvironment.cases(2000) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var generator = RecordGenerator(seed: seed)
            var bytes = kind.make(&generator)
            let random = { Int.random(in: 0..<max(1, bytes.count), using: &generator.random) }
            switch Int.random(in: 0..<4, using: &generator.random) {
            case 0: bytes = Array(bytes.prefix(random()))
            case 1: bytes = (0..<random()).map { _ in UInt8.random(in: 0...255, using: &generator.random) }
            default: for _ in 0..<3 { bytes[random()] = UInt8.random(in: 0...255, using: &generator.random) }
            }
            do {
                let once = try kind.again(bytes)
                #expect(try kind.again(once) == once, "\(kind.name), NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
            } catch is WireProblem {
                refused += 1
            }
        }
        #expect(refused > 0 || TestEnvironment.cases(2000) < 100)
    }
}

/// Packets.
@Suite("Frames")
struct FrameTests {
    @Test(
        "a message comes out as it went in, in as many packets as it needs", arguments: [0, 1, 32_767, 32_768, 100_000])
    func joined(_ size: Int) throws {
        let message = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let packets = Frame.packets(of: message, call: 7)
        #expect(packets.count == max(1, (size + Frame.partLimit - 1) / Frame.partLimit))
        var joiner = FrameJoiner()
        var whole: [UInt8]?
        for packet in packets {
            #expect(whole == nil)
            let frame = try Frame(packet)
            #expect(frame.call == 7)
            whole = try joiner.take(frame)
        }
        #expect(whole == message)
    }

    @Test("Law: made-up and damaged packets are turned down, or are packets")
    func garbage() {
        for number in 0..<TestEnvironment.cases(5000) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            var packet = Frame(call: 1, isLast: true, part: [1, 2, 3]).packet
            for _ in 0..<2 {
                packet[Int.random(in: 0..<packet.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { packet = Array(packet.prefix(Int.random(in: 0...19, using: &random))) }
            guard let frame = try? Frame(packet) else { continue }
            #expect(frame.packet == packet, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
        }
    }

    @Test(
        "what is no packet is named",
        arguments: [
            ([UInt8](), "a packet of 0 bytes"), ([UInt8](repeating: 1, count: 16), "a packet that is none of ours"),
            ([0x4E, 0x48, 2, 1] + [UInt8](repeating: 0, count: 12), "a packet of version 2, not 1"),
            ([0x4E, 0x48, 1, 7] + [UInt8](repeating: 0, count: 12), "a flag that is 7"),
            (
                [0x4E, 0x48, 1, 1, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0],
                "a packet of 16 bytes that says 9"
            ),
        ])
    func named(_ packet: [UInt8], _ words: String) {
        let problem = #expect(throws: WireProblem.self) { try Frame(packet) }
        #expect(problem?.description == words)
    }
}
