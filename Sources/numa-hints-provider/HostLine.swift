// SPDX-License-Identifier: Apache-2.0

import CIsolation
import Glibc
import ProviderWire
import Synchronization

/// The socket on which the host asks and is answered. Packets may be sent from any thread.
final class HostLine: Sendable {
    /// A question: its number and its bytes.
    struct Question {
        var call: UInt32
        var message: [UInt8]
    }

    private let socket = Int32(ISOLATION_SOCKET)
    private let sending = Mutex<Void>(())
    /// Something could not be told between calls, since nobody read.
    private let owesChange = Atomic<Bool>(false)

    /// The next question; nil once the host is gone or says what cannot be.
    ///
    /// - Parameter buffer: for packets, one byte larger than they may be.
    func next(by buffer: inout [UInt8]) -> Question? {
        var joiner = FrameJoiner()
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            do throws(WireProblem) {
                let frame = try Frame(in: buffer, count: count)
                if let message = try joiner.take(frame) { return Question(call: frame.call, message: message) }
            } catch {
                return nil
            }
        }
    }

    /// Sends a part of an answer. Without a host there is nothing left to do.
    func send(_ part: [UInt8], call: UInt32, isLast: Bool) {
        for packet in Frame.packets(of: part, call: call, isWhole: isLast) {
            guard deliver(packet, flags: 0) else { exit(ProviderServer.lostSocket) }
        }
    }

    /// Tells something that nobody asked for; it is lost where the host does not read for long.
    func tell(_ message: [UInt8]) {
        guard message.count <= Frame.partLimit else { return }
        _ = deliver(Frame(call: 0, isLast: true, part: message).packet, flags: Int32(MSG_DONTWAIT))
    }

    /// Tells that something changed, at the latest with the next answer.
    func tellChange() {
        let packet = Frame(call: 0, isLast: true, part: [WireItem.changed.rawValue]).packet
        if !deliver(packet, flags: Int32(MSG_DONTWAIT)) { owesChange.store(true, ordering: .relaxed) }
    }

    /// Whether a change is to be told with the answer; it is then no longer owed.
    func takeOwedChange() -> Bool { owesChange.exchange(false, ordering: .relaxed) }

    private func deliver(_ packet: [UInt8], flags: Int32) -> Bool {
        sending.withLock { _ in
            while true {
                let count = unsafe packet.withUnsafeBytes {
                    unsafe Glibc.send(socket, $0.baseAddress, $0.count, flags | Int32(MSG_NOSIGNAL))
                }
                if count >= 0 { return true }
                guard errno == EINTR else { return false }
            }
        }
    }
}
