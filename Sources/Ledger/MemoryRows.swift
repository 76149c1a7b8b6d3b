// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import NUMACore

/// The books by node, one row a provider and node.
enum MemoryRows {
    /// Amounts by resource: all, kept for the system, allocatable, free.
    private typealias Tables = JSONColumn<[String: [UInt64]]>
    private static let insertion = Insertion(into: "memory_state", columns: 6, isReplacing: true)

    /// Writes the nodes of a provider that are not as they were.
    static func replace(_ database: Database, _ memory: LedgerMemory, _ books: inout Books) throws {
        let provider = try Writable.text(memory.provider, "the id of a provider")
        var old: [Int64: Int64] = [:]
        let sql = "SELECT node, checksum FROM memory_state WHERE provider = ?"
        try StoredRow.each(database, "memory_state", sql: sql, arguments: [provider]) { row in
            old[try row.number(0)] = try row.number(1)
        }
        for state in memory.states {
            let row = try values(of: state, memory.provider, provider)
            let sum = checksum(row)
            let before = old.removeValue(forKey: Int64(state.node))
            guard before != sum else { continue }
            if let before { books.memory.remove(before) }
            try insertion.insert(row + [sum.databaseValue], database)
            books.memory.add(sum)
        }
        for (node, sum) in old {
            try database.cachedStatement(sql: "DELETE FROM memory_state WHERE provider = ? AND node = ?")
                .execute(arguments: [provider, node])
            books.memory.remove(sum)
        }
    }

    private static func values(
        of state: MemoryState, _ name: String, _ provider: DatabaseValue
    ) throws -> [DatabaseValue] {
        var tables: [String: [UInt64]] = [:]
        for table in state.tables {
            tables[table.resource.rawValue] = [
                table.total, table.systemReserved, table.allocatable, table.free,
            ]
        }
        return [
            provider, state.node.databaseValue, state.assignments.databaseValue,
            try Writable.set(state.cells, "the node \(state.node) of \(name)"),
            try Writable.text(Tables.text(tables), "a resource of \(name)"),
        ]
    }

    /// In ascending order of provider and node.
    static func all(_ database: Database) throws -> [LedgerMemory] {
        let found = try Row.fetchCursor(database, sql: "SELECT * FROM memory_state ORDER BY provider, node")
        var all: [LedgerMemory] = []
        while let next = try found.next() {
            let row = StoredRow("memory_state", next)
            let provider = try row.text(0)
            let node = Int(try row.number(1))
            guard try row.number(5) == checksum(row.values.prefix(5)) else {
                throw LedgerFailure.damaged("what it has of node \(node) of \(provider) is not as it was written")
            }
            if all.last?.provider != provider { all.append(LedgerMemory(provider: provider, states: [])) }
            all[all.count - 1].states.append(
                MemoryState(
                    node: node, assignments: Int(try row.number(2)), cells: try row.set(3) ?? [],
                    tables: try tables(Tables("memory_state.tables").value(of: row.text(4)))))
        }
        return all
    }

    private static func tables(_ amounts: [String: [UInt64]]) throws -> [MemoryState.Table] {
        let tables = try amounts.map { name, amounts in
            guard amounts.count == 4 else { throw LedgerFailure.damaged("a table of \(name) has not four amounts") }
            return MemoryState.Table(
                ResourceName(name), total: amounts[0], systemReserved: amounts[1], allocatable: amounts[2],
                free: amounts[3])
        }
        return tables.sorted { $0.resource < $1.resource }
    }

    private static func checksum(_ row: some Sequence<DatabaseValue>) -> Int64 {
        var sum = Checksum()
        sum.add(row)
        return sum.stored
    }
}
