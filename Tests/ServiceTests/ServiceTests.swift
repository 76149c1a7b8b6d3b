// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import NUMAHints
import Service
import TestSupport
import Testing

@Suite("The service")
struct ServiceTests {
    @Test("admits, explains, tells, and releases, by the schemas of the commands")
    func walk() throws {
        let served = try ServedNode()
        let pod = ServedNode.pod("one")
        let asked: [(String, HTTPText)] = [
            ("explain", served.ask("POST", "/v1/explain", body: pod)),
            ("admit", served.ask("POST", "/v1/admit", body: pod)),
            ("admit", served.ask("POST", "/v1/admit", body: pod)), ("status", served.ask("GET", "/v1/status")),
            ("explain", served.ask("POST", "/v1/explain?changes=1", body: ServedNode.pod("big", cpus: 1000))),
            ("release", served.ask("POST", "/v1/release", body: #"{"uid":"one"}"#)),
            ("release", served.ask("POST", "/v1/release", body: #"{"uid":"one","container":"app"}"#)),
        ]
        var files: [String] = []
        for (name, answer) in asked {
            #expect(answer.status == 200 && answer.header("content-type") == "application/json", "\(answer)")
            files.append(served.folder.url.appendingPathComponent("\(name).\(files.count).json").path)
            try answer.body.write(toFile: files[files.count - 1], atomically: true, encoding: .utf8)
        }
        let statuses = asked.map { $0.1.header("NUMA-Hints-Exit-Status") }
        #expect(statuses == ["0", "0", "0", "0", "1", "0", "0"])
        let script = TestEnvironment.root.appendingPathComponent("Tests/schemas/validate").path
        let checked = try run(script, [TestEnvironment.root.appendingPathComponent("docs/schemas").path] + files)
        #expect(checked.status == 0, "\(checked.all)")
        #expect(served.ask("GET", "/healthz").body == "alive\n" && served.ask("GET", "/readyz").body == "ready\n")
        let who = ", by process \(getpid()) of user \(getuid())"
        #expect(
            served.lines.all == [
                "admit pod default/one (one): admitted" + who, "admit pod default/one (one): held" + who,
                "release one" + who, "release one/app" + who,
            ])
        #expect(served.ask("POST", "/v1/release", body: #"{"uid":"a\nb"}"#).status == 200)
        #expect(served.lines.all.last == "release a?b" + who)
    }

    @Test("a client gets what the commands print, in every format", arguments: ["text", "json", "yaml"])
    func commands(_ format: String) throws {
        let served = try ServedNode()
        let file = served.folder.url.appendingPathComponent("pod.json").path
        try ServedNode.pod("one").write(toFile: file, atomically: true, encoding: .utf8)
        let own = ["--machine", "sim:xeon-snc2", "--ledger", served.ledger]
        func same(_ words: [String], _ rules: [String] = []) throws {
            let direct = try numaHints(words + own + rules + ["-o", format], environment: ["COLUMNS": "100"])
            let asked = try numaHints(
                words + ["--socket", served.socket, "-o", format], environment: ["COLUMNS": "100"])
            #expect(
                direct.status == asked.status && direct.output == asked.output, "\(words): \(direct.all) \(asked.all)")
        }
        let rules = ["--policy", "single-numa-node"]
        // A command says that there is no ledger yet; to a service that is nothing worth a word.
        #expect(served.ask("POST", "/v1/release", body: #"{"uid":"nobody"}"#).status == 200)
        try same(["explain", file], rules)
        let admitted = try numaHints(["admit", file, "--socket", served.socket, "-o", format])
        #expect(admitted.status == 0 && admitted.output.contains("admitted"), "\(admitted.all)")
        try same(["admit", file], rules)
        try same(["status"])
        try ServedNode.pod("big", cpus: 1000).write(toFile: file, atomically: true, encoding: .utf8)
        try same(["explain", file], rules)
        let released = try numaHints(["release", "one", "--socket", served.socket, "-o", format])
        #expect(released.status == 0, "\(released.all)")
        try same(["release", "one"])
        try same(["status"])
    }

    @Test("an error is that of the command, with the file of the client")
    func errors() throws {
        let served = try ServedNode()
        let file = served.folder.url.appendingPathComponent("pod.yaml").path
        try "a: [".write(toFile: file, atomically: true, encoding: .utf8)
        let direct = try numaHints(["explain", file, "--machine", "sim:xeon-snc2"])
        let asked = try numaHints(["explain", file, "--socket", served.socket])
        #expect(direct.status == 2 && asked.status == 2 && direct.errors == asked.errors, "\(direct.all) \(asked.all)")
        let nobody = try numaHints(["status", "--socket", served.socket + "x"])
        #expect(nobody.status == 3 && nobody.errors.contains("nobody listens here"), "\(nobody.all)")
        let both = try numaHints(["status", "--socket", served.socket, "--ledger", "x", "--config", "y"])
        #expect(both.status == 2 && both.errors.contains("leave out --config, --ledger"), "\(both.all)")
    }

    @Test("what changes is told to all who listen, line by line")
    func events() throws {
        let served = try ServedNode()
        let listeners = try ["application/x-ndjson", "text/event-stream"].map { type in
            let raw = try #require(RawSocket(served.socket))
            raw.send("GET /v1/events HTTP/1.1\r\nHost: x\r\nAccept: \(type)\r\n\r\n")
            #expect(raw.read(until: "\r\n\r\n").text.contains("Content-Type: \(type)"))
            return raw
        }
        #expect(served.ask("POST", "/v1/admit", body: ServedNode.pod("one")).status == 200)
        for listener in listeners {
            #expect(listener.read(until: #""event":"admitted""#).text.contains(#""uid":"one""#))
        }
        #expect(served.ask("POST", "/v1/release", body: #"{"uid":"one"}"#).status == 200)
        let lines = listeners.map { $0.read(until: #""event":"released""#).text }
        #expect(lines[1].contains("data: {"))
        let line = try #require(lines[0].split(whereSeparator: \.isNewline).first { $0.contains("released") })
        let file = served.folder.url.appendingPathComponent("changes.json")
        try Data(line.utf8).write(to: file)
        let checked = try run(
            TestEnvironment.root.appendingPathComponent("Tests/schemas/validate").path,
            [TestEnvironment.root.appendingPathComponent("docs/schemas").path, file.path])
        #expect(checked.status == 0, "\(checked.all)")
        served.stop()
        for listener in listeners { #expect(listener.read(seconds: 5).hasEnded) }
    }

    @Test("when it is stopped, what is under way ends, and nothing begins")
    func stop() throws {
        let served = try ServedNode()
        // Another who has the ledger, so that the call waits.
        let lock = unsafe open(served.ledger + ".lock", O_RDWR | O_CREAT, 0o600)
        #expect(lock >= 0 && flock(lock, LOCK_EX) == 0)
        let raw = try #require(RawSocket(served.socket))
        let idle = try #require(RawSocket(served.socket))
        let body = ServedNode.pod("one")
        raw.send("POST /v1/admit HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(raw.read(seconds: 0.3).text.isEmpty)
        // On a thread of its own: those of tests are few.
        let stopped = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            served.stop()
            stopped.signal()
        }
        #expect(idle.read(seconds: 5).hasEnded)
        #expect(raw.read(seconds: 0.3).text.isEmpty)
        close(lock)
        let answer = HTTPText(raw.read(seconds: 10).text)
        #expect(answer.status == 200 && answer.header("connection") == "close", "\(answer)")
        #expect(stopped.wait(timeout: .now() + 20) == .success)
        #expect(RawSocket(served.socket) == nil && !FileManager.default.fileExists(atPath: served.socket))
    }

    @Test("one at a time listens at a path, which is no file of others")
    func place() throws {
        let served = try ServedNode()
        let options = ["--socket", served.socket, "--machine", "sim:xeon-snc2", "--ledger", served.ledger]
        let second = try numaHints(["serve"] + options)
        #expect(second.status == 3 && second.errors.contains("another process listens here"), "\(second.all)")
        let own = served.folder.url.appendingPathComponent("file")
        try Data("of others".utf8).write(to: own)
        let file = try numaHints(["serve", "--socket", own.path] + Array(options.dropFirst(2)))
        #expect(file.status == 2 && file.errors.contains("is no socket"), "\(file.all)")
        #expect(try Data(contentsOf: own) == Data("of others".utf8))
        let memory = try numaHints(["serve", "--socket", own.path, "--ledger", ":memory:"])
        #expect(memory.status == 2 && memory.errors.contains("give --ledger a file"), "\(memory.all)")
        let long = try numaHints(["serve", "--socket", "/" + String(repeating: "x", count: 200)])
        #expect(long.status == 2 && long.errors.contains("1 to 107 bytes, found 201"), "\(long.all)")
        let empty = try numaHints("status", "--socket", "")
        #expect(empty.status == 2 && empty.errors == "numa-hints: the path of the socket is empty\n", "\(empty.all)")
        let group = try numaHints(["serve", "--group", "no-such-group"])
        #expect(group.status == 2 && group.errors.contains("there is no group 'no-such-group'"), "\(group.all)")
    }

    @Test("what stands in the way of a ledger is said at the start, and need not be there for good")
    func damagedLedger() throws {
        let folder = try PrivateFolder()
        let ledger = folder.url.appendingPathComponent("own.db")
        try Data("junk".utf8).write(to: ledger)
        let served = try ServedNode(node: { $0.ledger = ledger.path })
        #expect(served.lines.all == ["warning: not ready: \(ledger.path): the file is no SQLite database"])
        #expect(served.ask("GET", "/readyz").status == 500)
        try FileManager.default.removeItem(at: ledger)
        #expect(served.ask("GET", "/readyz").status == 200)
        #expect(try ServedNode().lines.all == [])
    }
}
