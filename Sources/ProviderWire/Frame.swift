// SPDX-License-Identifier: Apache-2.0

/// One packet between a host and the process of a provider: a header of 16 bytes, then a part of a message.
///
///     0  magic, "NH"      2  version, 1      3  1 if the message ends here, else 0
///     4  call             8  bytes that follow the header      12  0
///
/// The call is a number that the host counts; 0 stands for what is told without being asked.
package struct Frame: Hashable, Sendable {
    package static let version: UInt8 = 1
    package static let headerSize = 16
    /// The most bytes of a part.
    package static let partLimit = 32 << 10
    /// The most bytes of a packet.
    package static let limit = headerSize + partLimit
    /// The most bytes of a message.
    package static let messageLimit = 64 << 20

    private static let magic: UInt16 = 0x484E

    package var call: UInt32
    package var isLast: Bool
    package var part: [UInt8]

    package init(call: UInt32, isLast: Bool, part: [UInt8]) {
        self.call = call
        self.isLast = isLast
        self.part = part
    }

    /// Takes a packet apart, of which nothing is believed.
    package init(_ packet: [UInt8]) throws(WireProblem) { try self.init(in: packet, count: packet.count) }

    /// The same for a packet that is at the beginning of a buffer.
    package init(in buffer: [UInt8], count: Int) throws(WireProblem) {
        var reader = WireReader(buffer, count: count)
        guard count >= Self.headerSize else { throw WireProblem("a packet of \(count) bytes") }
        guard try reader.number(UInt16.self) == Self.magic else { throw WireProblem("a packet that is none of ours") }
        let version = try reader.number(UInt8.self)
        guard version == Self.version else {
            throw WireProblem("a packet of version \(version), not \(Self.version)")
        }
        isLast = try reader.flag()
        call = try reader.number()
        let length = try reader.number(UInt32.self)
        guard try reader.number(UInt32.self) == 0, length == count - Self.headerSize, length <= Self.partLimit
        else { throw WireProblem("a packet of \(count) bytes that says \(length)") }
        part = reader.rest
    }

    package var packet: [UInt8] { Self.packet(call: call, isLast: isLast, part[...]) }

    private static func packet(call: UInt32, isLast: Bool, _ part: ArraySlice<UInt8>) -> [UInt8] {
        var writer = WireWriter(size: headerSize + part.count)
        writer.number(magic)
        writer.number(version)
        writer.flag(isLast)
        writer.number(call)
        writer.number(UInt32(clamping: part.count))
        writer.number(UInt32(0))
        writer.bytes(part)
        return writer.bytes
    }

    /// A message as packets, or a part of it that others follow.
    package static func packets(of message: [UInt8], call: UInt32, isWhole: Bool = true) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var start = 0
        repeat {
            let end = min(start + partLimit, message.count)
            packets.append(packet(call: call, isLast: isWhole && end == message.count, message[start..<end]))
            start = end
        } while start < message.count
        return packets
    }
}

/// Parts of one message, put together.
package struct FrameJoiner {
    private var message: [UInt8] = []

    package init() {}

    /// The whole message, once its last part came.
    package mutating func take(_ frame: Frame) throws(WireProblem) -> [UInt8]? {
        guard message.count + frame.part.count <= Frame.messageLimit else {
            throw WireProblem("a message of more than \(Frame.messageLimit >> 20) MiB")
        }
        guard !(message.isEmpty && frame.isLast) else { return frame.part }
        message += frame.part
        guard frame.isLast else { return nil }
        defer { message = [] }
        return message
    }
}
