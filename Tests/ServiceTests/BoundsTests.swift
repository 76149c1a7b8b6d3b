// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import NUMAHints
import TestSupport
import Testing

@testable import Service

@Suite("What clients cannot do to the service")
struct BoundsTests {
    @Test("a body that is too large is refused, said so before or not")
    func body() throws {
        let served = try ServedNode { $0.limits.body = 1000 }
        let large = ServedNode.pod(String(repeating: "x", count: 1000))
        let said = served.ask("POST", "/v1/explain", body: large)
        #expect(said.status == 413 && said.member("detail") == "the body must have at most 1000 bytes", "\(said)")
        let raw = try #require(RawSocket(served.socket))
        raw.send("POST /v1/explain HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<30 { raw.send("40\r\n" + String(repeating: "x", count: 64) + "\r\n") }
        let (text, hasEnded) = raw.read()
        #expect(HTTPText(text).status == 413 && hasEnded, "\(text)")
        #expect(served.ask("GET", "/healthz").status == 200)
    }

    @Test("a client that says nothing, or half of something, is let go")
    func slow() throws {
        let served = try ServedNode {
            $0.limits.idle = 2
            $0.limits.arrival = 1
            $0.limits.departure = 1
        }
        let (silent, head, half) = try (
            #require(RawSocket(served.socket)), #require(RawSocket(served.socket)), #require(RawSocket(served.socket))
        )
        head.send("GET /v1/sta")
        half.send("POST /v1/explain HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        #expect(silent.read(seconds: 5).hasEnded)
        #expect(head.read(seconds: 5).hasEnded)
        let (text, hasEnded) = half.read(seconds: 5)
        #expect(HTTPText(text).status == 408 && hasEnded, "\(text)")
    }

    @Test("there is room for so many connections, and afterwards again")
    func connections() throws {
        let served = try ServedNode { $0.limits.connections = 3 }
        var open = (0..<3).compactMap { _ in RawSocket(served.socket) }
        for one in open {
            one.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(one.read(until: "alive").text.contains("200 OK"))
        }
        let fourth = try #require(RawSocket(served.socket))
        fourth.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        let (text, hasEnded) = fourth.read(seconds: 5)
        #expect(text.isEmpty && hasEnded)
        open.removeAll()
        var tries = 500
        while tries > 0, served.ask("GET", "/healthz").status != 200 {
            usleep(10_000)
            tries -= 1
        }
        #expect(tries > 0)
    }

    @Test("clients that are gone before they are answered leave no trace, and a HEAD has no body")
    func gone() throws {
        let served = try ServedNode()
        for _ in 0..<50 {
            let raw = try #require(RawSocket(served.socket))
            raw.send("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        }
        let raw = try #require(RawSocket(served.socket))
        raw.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        let text = raw.read(until: "alive\n").text
        #expect(text.hasPrefix("HTTP/1.1 405") && text.contains("\r\n\r\nHTTP/1.1 200 OK"), "\(text)")
    }

    @Test("thousands of requests at once are answered one after another, however they are answered")
    func pipelined() throws {
        let served = try ServedNode {
            $0.limits.rate = 1e6
            $0.limits.burst = 1e6
        }
        let raw = try #require(RawSocket(served.socket))
        let count = 4000
        let first = "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"
        let others = (0..<count).map { "GET /\($0 % 2 == 0 ? "" : "healthz") HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
        Thread.detachNewThread {
            raw.send(first + others)
            raw.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        }
        let (text, hasEnded) = raw.read(seconds: 60)
        #expect(hasEnded && text.components(separatedBy: "HTTP/1.1 ").count - 1 == count + 2)
        #expect(served.ask("GET", "/healthz").status == 200)
    }

    @Test("who reads no answers gets no more of them, and costs no memory")
    func unread() throws {
        let served = try ServedNode {
            $0.limits.rate = 1e6
            $0.limits.burst = 1e6
            $0.limits.departure = 1
        }
        let deaf = try #require(RawSocket(served.socket))
        let request = "GET /\(String(repeating: "x", count: 4000)) HTTP/1.1\r\nHost: x\r\n\r\n"
        let sent = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            // Ends when the service lets go of the connection.
            while deaf.send(request) {}
            sent.signal()
        }
        #expect(sent.wait(timeout: .now() + 20) == .success)
        #expect(served.ask("GET", "/healthz").status == 200)
    }

    @Test("a request that is refused is told so before its body comes", arguments: ["/nowhere", "/v1/status"])
    func expectation(_ path: String) throws {
        let served = try ServedNode()
        let raw = try #require(RawSocket(served.socket))
        raw.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
        let (text, hasEnded) = raw.read(seconds: 5)
        #expect(HTTPText(text).status == (path == "/nowhere" ? 404 : 405) && hasEnded, "\(text)")
        let other = try #require(RawSocket(served.socket))
        other.send("POST /v1/release HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\nExpect: 100-continue\r\n\r\n")
        #expect(other.read(until: "\r\n\r\n").text.hasPrefix("HTTP/1.1 100 Continue"))
        other.send(#"{"uid":"one"}"#)
        #expect(other.read(until: "nothing").text.hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test("a search for changes ends, and says so")
    func search() throws {
        let served = try ServedNode { $0.limits.search = 0 }
        let answer = served.ask("POST", "/v1/explain", body: ServedNode.pod("big", cpus: 1000))
        #expect(answer.status == 200 && answer.body.contains("not all changes were tried"), "\(answer)")
    }

    @Test("law: those who may only read never have more than half, one of them never more than a quarter")
    func shares() {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<TestEnvironment.cases(50) {
            let limit = Int.random(in: 1...40, using: &random)
            var shares = Shares(limit)
            var held: [(user: UInt32, isTrusted: Bool)] = []
            for _ in 0..<300 {
                let one = (user: UInt32.random(in: 0..<5, using: &random), isTrusted: Bool.random(using: &random))
                if Bool.random(using: &random), let last = held.popLast() {
                    shares.give(last.user, isTrusted: last.isTrusted)
                } else {
                    let (others, own) = (
                        held.filter { !$0.isTrusted }, held.filter { !$0.isTrusted && $0.user == one.user }
                    )
                    let isLeft =
                        held.count < limit
                        && (one.isTrusted || others.count < max(1, limit / 2) && own.count < max(1, limit / 4))
                    #expect(shares.take(one.user, isTrusted: one.isTrusted) == isLeft, "seed \(TestEnvironment.seed)")
                    if isLeft { held.append(one) }
                }
                #expect(shares.count == held.count, "seed \(TestEnvironment.seed)")
            }
        }
    }

    @Test("who calls too often is told when to come again")
    func rate() throws {
        let served = try ServedNode {
            $0.limits.rate = 0.001
            $0.limits.burst = 2
        }
        let statuses = (0..<4).map { _ in served.ask("GET", "/healthz") }
        #expect(statuses.map(\.status) == [200, 200, 429, 429])
        #expect(statuses[3].header("retry-after") == "1" && statuses[3].member("code") == "busy")
    }

    @Test("so many calls wait, and none for longer than it may")
    func waiting() throws {
        let served = try ServedNode(
            "sim:xeon-snc2",
            {
                $0.limits.waiting = 2
                $0.limits.patience = 1
            }, node: { $0.lockWait = .seconds(20) })
        let lock = unsafe open(served.ledger + ".lock", O_RDWR | O_CREAT, 0o600)
        #expect(lock >= 0 && flock(lock, LOCK_EX) == 0)
        let clients = (0..<3).compactMap { _ in RawSocket(served.socket) }
        for (number, client) in clients.enumerated() {
            let body = ServedNode.pod("pod-\(number)")
            client.send("POST /v1/admit HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            // Answered by the same thread, so that it has seen the other by then.
            #expect(served.ask("GET", "/healthz").status == 200)
        }
        let turned = HTTPText(clients[2].read(until: "}").text)
        #expect(turned.status == 503 && turned.member("detail") == "2 calls wait already", "\(turned)")
        // Those who read need not wait for them.
        #expect(served.ask("GET", "/v1/status").status == 200)
        Thread.sleep(forTimeInterval: 1)
        close(lock)
        #expect(HTTPText(clients[0].read(until: "}").text).status == 200)
        let late = HTTPText(clients[1].read(until: "}").text)
        #expect(late.status == 503 && late.member("detail") == "other calls took more than 1 s", "\(late)")
    }

    @Test("other users may only what they may", .enabled(if: getuid() == 0))
    func users() throws {
        let served = try ServedNode("sim:xeon-snc2") {
            $0.group = ServiceOptions.Group(name: "4711", id: 4711)
            $0.readers = .everyone
        }
        #expect(unsafe chmod(served.folder.url.path, 0o755) == 0)
        let file = served.folder.url.appendingPathComponent("pod.json").path
        try ServedNode.pod("one").write(toFile: file, atomically: true, encoding: .utf8)
        func ask(_ groups: String, _ words: [String]) throws -> CommandResult {
            let command = TestEnvironment.built.appendingPathComponent("numa-hints").path
            return try run(
                "setpriv",
                ["--reuid", "65534", "--regid", "65534"] + (groups.isEmpty ? ["--clear-groups"] : ["--groups", groups])
                    + [command] + words + ["--socket", served.socket])
        }
        let refused = try ask("", ["admit", file])
        #expect(refused.status == 2, "\(refused.all)")
        #expect(refused.errors.contains("/v1/admit is for root, or of the group 4711, and this is user 65534"))
        #expect(try ask("", ["explain", file]).status == 0)
        #expect(try ask("", ["status"]).status == 0)
        let member = try ask("4711", ["admit", file])
        #expect(member.status == 0, "\(member.all)")
        #expect(try ask("", ["release", "one"]).status == 2)
        #expect(try ask("4711", ["release", "one"]).status == 0)
    }

    @Test("law: whatever bytes come, it answers as its description says or not at all, and lives")
    func fuzz() throws {
        let served = try ServedNode("sim:xeon-snc2")
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let known: Set<Int> = [100, 200, 400, 404, 405, 406, 413]
        let bodies = [ServedNode.pod("one"), #"{"uid":"one"}"#, #"{"uid":"one","container":"app"}"#, "", "a: b"]
        let paths = ["/v1/admit", "/v1/explain", "/v1/release", "/v1/attach", "/v1/status", "/healthz", "/readyz", "/"]
        for number in 0..<TestEnvironment.cases(500) {
            let body = bodies.randomElement(using: &random) ?? ""
            let method = ["GET", "POST", "PUT", "HEAD"].randomElement(using: &random) ?? ""
            let path = paths.randomElement(using: &random) ?? ""
            var bytes = Array(
                "\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\nAccept: text/plain\r\n\r\n\(body)"
                    .utf8)
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [10] }
            }
            let raw = try #require(RawSocket(served.socket), "seed \(TestEnvironment.seed), case \(number)")
            raw.send(bytes)
            raw.finish()
            let (text, hasEnded) = raw.read(seconds: 20)
            #expect(hasEnded, "seed \(TestEnvironment.seed), case \(number)")
            if !text.isEmpty {
                let answer = HTTPText(text)
                // What was admitted by chance has no cgroup.
                let isKnown = answer.status.map(known.contains) == true || answer.member("code") == "machine"
                #expect(isKnown, "seed \(TestEnvironment.seed), case \(number): \(text)")
            }
        }
        #expect(served.ask("GET", "/readyz").status == 200)
    }
}
