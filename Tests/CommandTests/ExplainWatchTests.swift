// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints explain --watch`.
@Suite("explain --watch")
struct ExplainWatchTests {
    private let folder: PrivateFolder
    private var pod: URL { folder.url.appendingPathComponent("pod.yaml") }
    private var ledger: String { folder.url.appendingPathComponent("ledger.db").path }
    private var common: [String] {
        ["--machine", "Examples/machines/two-node.json", "--policy", "single-numa-node"]
    }

    init() throws { folder = try PrivateFolder() }

    private func put(_ cpus: Int) throws {
        try ExplainCommandTests.pod("cpu: \(cpus), memory: 1Gi").write(to: pod, options: .atomic)
    }

    private func watch(_ more: [String]) throws -> LongCommand {
        try LongCommand(["explain", pod.path, "--watch", "--interval", "0.02"] + common + more, in: folder)
    }

    @Test("it prints when the pod, what is held, or the page's reason changes, and at no other time")
    func changes() throws {
        try put(2)
        let page = folder.url.appendingPathComponent("why.html")
        let watch = try watch(["--ledger", ledger, "-o", "json", "--html", page.path])
        func admitted() throws -> Bool {
            let line = try watch.line()
            #expect(line.wholeMatch(of: /.*"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ".*/) != nil, "\(line)")
            return try ExplainCommandTests.value(line, "pods", 0, "admit") as? Bool ?? false
        }
        #expect(try admitted())
        // Too much for a node.
        try put(9)
        #expect(try !admitted())
        // A file that is no pod is said once, and does not end it.
        try Data("no: [".utf8).write(to: pod, options: .atomic)
        try watch.awaitErrors(2)
        try put(2)
        #expect(try admitted())
        // Somebody else takes CPUs: it goes elsewhere.
        let other = ExplainCommandTests.pod("cpu: 6, memory: 1Gi", name: "other")
        let admit = try numaHints(["admit", "-", "--ledger", ledger] + common, input: other)
        #expect(admit.status == 0, "\(admit.all)")
        #expect(try admitted())
        #expect(try watch.end(by: SIGINT) == 0)
        #expect(try watch.rest() == "")
        #expect(try String(contentsOf: page, encoding: .utf8).contains("default/other/c"))
        let errors = try watch.errors().split(separator: "\n")
        #expect(errors.count == 2 && errors.first?.hasSuffix("there is no ledger yet: nothing is held") == true)
        #expect(errors.last?.hasPrefix("numa-hints: \(pod.path):") == true, "\(errors)")
    }

    @Test("as text, with the time; ended by SIGTERM")
    func text() throws {
        try put(2)
        let watch = try watch([])
        #expect(try watch.line().wholeMatch(of: /at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        #expect(try watch.line() == "pod default/p: admitted on node 0")
        #expect(try watch.end(by: SIGTERM) == 0)
    }

    @Test("what is wrong at the start ends it")
    func start() throws {
        let result = try numaHints(["explain", "/nonexistent.yaml", "--watch"] + common)
        #expect(result.status == 2 && result.errors.split(separator: "\n").count == 1, "\(result.all)")
    }

    @Test(
        "mistakes are one line and exit 2",
        arguments: [
            (["a.yaml", "--interval", "1"], "--interval is for --watch"),
            (["a.yaml", "--watch", "--interval", "0"], "--interval must be 0.01 to 3600 seconds, found 0.0"),
            (["a.yaml", "--watch", "-o", "yaml"], "--watch prints text, or JSON on a line each: -o text or -o json"),
            (["--uid", "x", "--watch"], "--watch is for pods that are decided about, not --uid"),
            (["-", "--watch"], "--watch reads files again, and standard input can be read once: name a file"),
            (["a.yaml", "--watch", "--html", "-"], "--watch prints more than once: give --html a file"),
        ])
    func mistakes(words: [String], line: String) throws {
        let result = try numaHints(["explain"] + words)
        #expect(
            result.status == 2 && result.output.isEmpty && result.errors == "numa-hints: \(line)\n", "\(result.all)")
    }
}
