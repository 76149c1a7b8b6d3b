// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import Ledger
import NUMACore
import TestSupport
import Testing

/// What stands in the file itself.
@Suite("Rows of a ledger")
struct LedgerRowsTests {
    private let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    /// The rows of all tables, each as a line.
    private func rows(_ path: String) throws -> [String] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return try queue.read { database in
            try ["books", "pod", "container", "piece", "memory_state", "trace", "machine", "attachment"].flatMap {
                name in
                try Row.fetchAll(database, sql: "SELECT * FROM \(name) ORDER BY 1, 2, 3").map { row in
                    let values = (0..<row.count).map { "\(row[$0] as DatabaseValue)" }
                    return "\(name): \(values.joined(separator: " "))"
                }
            }
        }
    }

    @Test("rows are as they ever were, so that earlier and later versions read them")
    func written() throws {
        let table = MemoryState.Table("memory", total: 9, systemReserved: 1, allocatable: 8, free: .max)
        let pages = MemoryState.Table("hugepages-2Mi", total: 4, systemReserved: 0, allocatable: 4, free: 2)
        let states = [
            MemoryState(node: 0, assignments: 2, cells: [0, 1], tables: [pages, table]),
            MemoryState(node: 1, assignments: 0, cells: [], tables: []),
        ]
        let app = ContainerSpec(
            name: "app", requests: ["cpu": 2000, "memory": 1 << 40, "a/\"b": 1], limits: ["cpu": 2000])
        let spec = PodSpec(uid: "u-1", namespace: "n s", name: "p\u{e9}", containers: [app], qos: .burstable)
        let shares = [Assignment.Share(node: 0, bytes: 300), Assignment.Share(node: 1, bytes: .max)]
        let pieces = [
            Assignment("cpu", .cpus([0, 1, 2, 3, 70])),
            Assignment("memory", .memory(nodes: [0, 1], bytes: .max, shares: shares), takenFrom: "init"),
            Assignment("a/b", .device(id: "d", nodes: [1]), attributes: [.init("k", "v\n"), .init("", "\\")]),
        ]
        let admission = LedgerAdmission(
            pod: spec, pieces: [pieces], affinities: [LedgerAffinity(nodes: [0], isPreferred: true)], time: "now")
        let decision = LedgerDecision(uid: "u-1", name: "n s/p", verdict: "admitted", text: "{\"a\":1}")
        let ledger = try SQLiteLedger(path: folder.ledger())
        try ledger.record(
            admission,
            LedgerNote(decision: decision, memory: [LedgerMemory(provider: "org.m", states: states)], machine: "m"))
        try ledger.attach(LedgerAttachment(uid: "u-1", container: "app", root: "/r", group: "/g"))
        let expected = [
            #"books: 1 1 1 3197542562461079012 1 7145177270173332272 2 -4433758499621608911"#,
            #"pod: 1 "u-1" "n s" "pé" "Burstable" "now" "committed" 3197542562461079012 NULL"#,
            #"container: 1 0 "app" "app" "{\"a/\\\"b\":1,\"cpu\":2000,\"memory\":1099511627776}" "{\"cpu\":2000}" "0" 1"#,
            #"piece: 1 0 0 "cpu" "cpus" "0-3,70" NULL NULL NULL "[]" "[]" NULL"#,
            #"piece: 1 0 1 "memory" "memory" NULL "0-1" -1 NULL "[[0,300],[1,18446744073709551615]]" "[]" "init""#,
            #"piece: 1 0 2 "a/b" "device" NULL "1" NULL "d" "[]" "[[\"k\",\"v\\n\"],[\"\",\"\\\\\"]]" NULL"#,
            #"memory_state: "org.m" 0 2 "0-1" "{\"hugepages-2Mi\":[4,0,4,2],\"memory\":[9,1,8,18446744073709551615]}" "#
                + "-7380984923540564637",
            #"memory_state: "org.m" 1 0 "" "{}" 2947226423918955726"#,
            #"trace: 1 "u-1" "n s/p" "admitted" "{\"a\":1}" 7145177270173332272"#,
            #"machine: 1 "m" -3324517652710219191"#,
            #"attachment: "u-1" "app" "/r" "/g" -5056317853692531598"#,
        ]
        #expect(try rows(ledger.path) == expected)
    }

    @Test("Law: one ledger that stays open writes what one writes that is opened for each change")
    func reopened() throws {
        for number in 0..<max(1, TestEnvironment.cases(600) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var make = LedgerGenerator(seed: seed)
            var again = make
            var model = LedgerModel(history: 5)
            var other = model
            let open = try SQLiteLedger(path: folder.ledger("open-\(number).db"), history: 5)
            let path = folder.ledger("again-\(number).db")
            for _ in 0..<25 {
                try model.step(open, &make)
                let fresh = try SQLiteLedger(path: path, history: 5)
                try other.step(fresh, &again)
                try fresh.close()
                #expect(try rows(open.path) == rows(path), "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
            }
            try open.close()
        }
    }

    @Test("what a transaction wrote that failed is written again by the next one")
    func forgotten() throws {
        let ledger = try SQLiteLedger(path: folder.ledger())
        func note(_ free: UInt64, _ text: String) -> LedgerNote {
            let table = MemoryState.Table("memory", total: 8, systemReserved: 0, allocatable: 8, free: free)
            let state = MemoryState(node: 0, assignments: 0, cells: [0], tables: [table])
            return LedgerNote(
                decision: LedgerDecision(uid: "u", name: "n", verdict: "v", text: text),
                memory: [LedgerMemory(provider: "org.m", states: [state])])
        }
        try ledger.note(note(8, "first"))
        #expect(complaint { try ledger.note(note(4, "\0")) } != nil)
        #expect(try ledger.memory() == note(8, "").memory)
        #expect(try ledger.note(note(4, "second")) == 2)
        #expect(try ledger.memory() == note(4, "").memory)
        #expect(try ledger.decisions(uid: nil).map(\.decision.text) == ["first", "second"])
    }

    @Test("what another connection wrote meanwhile counts")
    func others() throws {
        var make = LedgerGenerator(seed: 11)
        let one = try SQLiteLedger(path: folder.ledger())
        let other = try SQLiteLedger(path: folder.ledger())
        let memory = (0..<6).map { _ in [make.memory("org.m")] }
        for (number, memory) in memory.enumerated() {
            let note = LedgerNote(memory: memory)
            for ledger in number % 2 == 0 ? [one, other] : [other, one] {
                try ledger.record(make.admission("\(number) \(ledger === one)"), note)
            }
            #expect(try one.memory() == memory)
        }
        #expect(try one.pods().map(\.sequence) == Array(1...12))
        #expect(try LedgerContent(one) == LedgerContent(other))
    }
}
