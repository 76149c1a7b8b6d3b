// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A client that sends what it is told to, byte by byte, and reads what comes.
final class RawSocket: Sendable {
    private let file: Int32

    /// - Returns: nil if nobody listens there.
    init?(_ path: String) {
        file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
        let isConnected = unsafe withUnsafePointer(to: &address) { place in
            unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else {
            close(file)
            return nil
        }
    }

    deinit { close(file) }

    /// - Returns: whether all was taken.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(
                    file, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends no more.
    func finish() { _ = shutdown(file, Int32(SHUT_WR)) }

    /// What comes until it holds the text, until the other side ends it, or for so long.
    func read(until mark: String? = nil, seconds: Double = 10) -> (text: String, hasEnded: Bool) {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while true {
            if let mark, String(decoding: bytes, as: UTF8.self).contains(mark) { break }
            var wanted = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            let left = (end - clock.now) / .milliseconds(1)
            guard left > 0, unsafe poll(&wanted, 1, Int32(left) + 1) > 0 else { break }
            let count = unsafe block.withUnsafeMutableBytes { unsafe recv(file, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return (String(decoding: bytes, as: UTF8.self), true) }
            bytes += block[..<count]
        }
        return (String(decoding: bytes, as: UTF8.self), false)
    }
}
