// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import JSONWriting
import NUMACore

/// The books by node, one row a provider and node.
enum MemoryRows {
    /// Amounts by resource: all, kept for the system, allocatable, free.
    private static let tables = JSONColumn<[String: [UInt64]]>("memory_state.tables")

    /// A row as it was written last.
    struct Written {
        var node: Int
        /// Nil if the row was there before.
        var state: MemoryState?
        var checksum: Int64
    }

    /// Writes the nodes of a provider that are not as they were.
    static func replace(_ writer: LedgerWriter, _ memory: LedgerMemory, _ books: inout Books) throws {
        let provider = memory.provider
        try RowValues.check(provider, "the id of a provider")
        var rows = try writer.memory.removeValue(forKey: provider) ?? rows(writer, of: provider)
        for state in memory.states {
            let place = rows.firstIndex { $0.node == state.node }
            if let place, rows[place].state == state { continue }
            let row = try values(of: state, provider)
            let written = Written(node: state.node, state: state, checksum: row.checksum)
            let before = place.map { rows[$0].checksum }
            if let place { rows[place] = written } else { rows.append(written) }
            guard before != row.checksum else { continue }
            if let before { books.memory.remove(before) }
            try writer.memoryInsertion.run(row.values)
            books.memory.add(row.checksum)
        }
        for gone in rows where !memory.states.contains(where: { $0.node == gone.node }) {
            let sql = "DELETE FROM memory_state WHERE provider = ? AND node = ?"
            var key = RowValues(provider)
            key.add(Int64(gone.node))
            try PreparedStatement(writer.database, sql).run(key)
            books.memory.remove(gone.checksum)
            rows.removeAll { $0.node == gone.node }
        }
        writer.memory[provider] = rows
    }

    private static func rows(_ writer: LedgerWriter, of provider: String) throws -> [Written] {
        var rows: [Written] = []
        let sql = "SELECT node, checksum FROM memory_state WHERE provider = ?"
        try PreparedStatement(writer.database, sql).each("memory_state", RowValues(provider)) { row in
            rows.append(Written(node: Int(try row.number(0)), checksum: try row.number(1)))
        }
        return rows
    }

    private static func values(of state: MemoryState, _ provider: String) throws -> (
        values: RowValues, checksum: Int64
    ) {
        var row = RowValues(count: 6, size: 256)
        row.add(provider)
        row.add(Int64(state.node))
        row.add(Int64(state.assignments))
        try row.add(state.cells, "the node \(state.node) of \(provider)")
        row.add(json: StoredTables(state.tables))
        var sum = Checksum()
        sum.add(row, columns: 5)
        row.add(sum.stored)
        return (row, sum.stored)
    }

    /// In ascending order of provider and node.
    static func all(_ database: Database) throws -> [LedgerMemory] {
        var all: [LedgerMemory] = []
        let sql = "SELECT * FROM memory_state ORDER BY provider, node"
        try PreparedStatement(database, sql).each("memory_state") { row in
            let provider = try row.text(0)
            let node = Int(try row.number(1))
            guard try row.number(5) == row.checksum(columns: 5) else {
                throw LedgerFailure.damaged("what it has of node \(node) of \(provider) is not as it was written")
            }
            if all.last?.provider != provider { all.append(LedgerMemory(provider: provider, states: [])) }
            all[all.count - 1].states.append(
                MemoryState(
                    node: node, assignments: Int(try row.number(2)), cells: try row.set(3) ?? [],
                    tables: try tables(tables.value(of: row.text(4)))))
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
}

/// The amounts of a node as its column keeps them: an object with four numbers for each resource.
private struct StoredTables: CompactJSONValue {
    let tables: [MemoryState.Table]

    init(_ tables: [MemoryState.Table]) { self.tables = tables }

    func write(to json: inout CompactJSON) {
        var members = tables.map { (key: $0.resource.rawValue, value: $0) }
        if !zip(members, members.dropFirst()).allSatisfy({ $0.key < $1.key }) {
            members = Dictionary(tables.map { ($0.resource.rawValue, $0) }) { $1 }.sorted { $0.key < $1.key }
        }
        json.addMembers(members) { table, json in
            json.add("[")
            json.add(number: table.total)
            for amount in [table.systemReserved, table.allocatable, table.free] {
                json.add(",")
                json.add(number: amount)
            }
            json.add("]")
        }
    }
}
