// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import NUMAHints
import Service
import Synchronization
import TestSupport

/// A service in this process, on a ledger and at a socket of its own.
final class ServedNode: Sendable {
    let folder: PrivateFolder
    let service: Service
    let socket: String
    /// What it said.
    let lines = SaidLines()
    private let isStopped = Mutex(false)

    final class SaidLines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    init(
        _ machine: String = "sim:xeon-snc2", _ adjust: (inout ServiceOptions) -> Void = { _ in },
        node adjustNode: (inout TopologyManager.Options) -> Void = { _ in }
    ) throws {
        folder = try PrivateFolder()
        socket = folder.url.appendingPathComponent("socket").path
        var node = TopologyManager.Options()
        node.machine = machine
        node.ledger = folder.url.appendingPathComponent("ledger.db").path
        node.watchInterval = .milliseconds(20)
        node.policy = .singleNUMANode
        adjustNode(&node)
        var options = ServiceOptions(socket: socket)
        adjust(&options)
        service = try Service(ManagedNode(node), options) { [lines] in lines.add($0) }
    }

    var ledger: String { folder.url.appendingPathComponent("ledger.db").path }

    var client: ServiceClient { ServiceClient(socket: socket, patience: 30) }

    func stop() {
        if !isStopped.withLock({
            let was = $0; $0 = true; return was
        }) {
            service.stop()
        }
    }

    deinit { stop() }

    /// One request, and the whole of what is answered.
    func ask(_ method: String, _ path: String, body: String = "", headers: [String] = []) -> HTTPText {
        guard let raw = RawSocket(socket) else { return HTTPText("nobody listens") }
        let lines =
            ["\(method) \(path) HTTP/1.1", "Host: x", "Connection: close", "Content-Length: \(body.utf8.count)"]
            + headers
        raw.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        return HTTPText(raw.read(seconds: 20).text)
    }

    static func pod(_ name: String, cpus: Int = 4, memory: String = "1Gi") -> String {
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)","uid":"\(name)"},"spec":{"containers":[{"name":"app",
        "resources":{"limits":{"cpu":"\(cpus)","memory":"\(memory)"}}}]}}
        """
    }
}

/// An answer as it was written.
struct HTTPText: CustomStringConvertible {
    /// Nil for what is no answer.
    var status: Int?
    var headers: [(name: String, value: String)] = []
    var body = ""
    var description: String

    init(_ text: String) {
        description = text
        guard text.hasPrefix("HTTP/1.1 "), let gap = text.range(of: "\r\n\r\n") else { return }
        let lines = text[..<gap.lowerBound].components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ")[1])
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            headers.append(
                (sides[0].lowercased(), sides.count > 1 ? sides[1].trimmingCharacters(in: .whitespaces) : ""))
        }
        body = String(text[gap.upperBound...])
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }

    /// A member of a problem.
    func member(_ name: String) -> String? {
        let object = (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any]
        return object?[name].map { "\($0)" }
    }
}
