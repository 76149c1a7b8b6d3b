// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NUMACore
import NUMAHints
import Service
import TestSupport

/// A service in this process, asked letter by letter.
final class RunningService {
    let node: ManagedNode
    private let folder: PrivateFolder
    private let service: Service
    private let socket: String

    init(
        machine: String = "sim:xeon-snc2", rules: (inout TopologyManager.Options) -> Void = { _ in }
    ) throws {
        folder = try PrivateFolder()
        var options = TopologyManager.Options()
        options.machine = machine
        options.ledger = folder.url.appendingPathComponent("ledger.db").path
        rules(&options)
        node = try ManagedNode(options)
        // Not in the folder: the path of a socket is short.
        socket = "/tmp/nh-\(UUID().uuidString).sock"
        var serviceOptions = ServiceOptions(socket: socket)
        serviceOptions.version = "1.2.3"
        service = try Service(node, serviceOptions) { _ in }
    }

    deinit { service.stop() }

    struct Reply {
        var status: Int
        var head: String
        var body: String
    }

    struct Failure: Error { var number: Int32 }

    /// Sends a request on a connection of its own, and waits for its end.
    func ask(_ method: String, _ path: String, _ body: String = "") throws -> Reply {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: socket.utf8) }
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw Failure(number: errno) }
        var request = Data(
            "\(method) \(path) HTTP/1.1\r\nHost: l\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
        while !request.isEmpty {
            let count = unsafe request.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(number: errno) }
            request.removeFirst(count)
        }
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            received.append(contentsOf: buffer.prefix(count))
        }
        let text = String(decoding: received, as: UTF8.self)
        guard let middle = text.range(of: "\r\n\r\n") else { throw Failure(number: 0) }
        let head = String(text[..<middle.lowerBound])
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Reply(status: status, head: head, body: String(text[middle.upperBound...]))
    }

    func metrics() throws -> ParsedExposition { try ParsedExposition(ask("GET", "/metrics").body) }

    /// A Guaranteed pod of containers with these CPUs each.
    static func pod(_ uid: String, cpus: [Int], memory: String = "1Gi") -> String {
        let containers = cpus.enumerated().map { index, count in
            """
            {"name":"c\(index)","image":"i","resources":{"limits":{"cpu":"\(count)","memory":"\(memory)"}}}
            """
        }
        return """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(uid)","namespace":"d","uid":"\(uid)"},
             "spec":{"containers":[\(containers.joined(separator: ","))]}}
            """
    }
}
