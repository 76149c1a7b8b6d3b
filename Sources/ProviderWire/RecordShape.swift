// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider

/// How a record of the provider ABI is laid out: what is copied, and which pointers are followed. Encoding and decoding
/// go by the same shape, so that they cannot disagree.
package final class RecordShape: Sendable {
    /// A part of a record, by its offset.
    enum Member: Sendable {
        /// Bytes without pointers.
        case plain(Int, bytes: Int)
        case text(Int)
        /// A lent set.
        case set(Int)
        /// Values in a row.
        case array(Int, count: Int, RecordShape)
        /// Pointers to records.
        case list(Int, count: Int, RecordShape)
        /// A pointer to a record.
        case record(Int, RecordShape)
        /// A pointer to one of the records of a list.
        case element(Int, of: Int, count: Int)
        /// A 32-bit number for each node of the machine.
        case numberByNode(Int)
    }

    let size: Int
    /// Whether it begins with its size, and can be shorter or longer than ours.
    let isSized: Bool
    let members: [Member]

    init<Record>(_: Record.Type, isSized: Bool = true, _ members: [Member]) {
        size = MemoryLayout<Record>.stride
        self.isSized = isSized
        self.members = members
    }

    /// A value that has no pointers.
    convenience init<Value>(plain _: Value.Type) {
        self.init(Value.self, isSized: false, [.plain(0, bytes: MemoryLayout<Value>.size)])
    }
}

extension RecordShape.Member {
    /// A number.
    static func plain<Record, Value>(_ member: KeyPath<Record, Value>) -> Self {
        .plain(offset(member), bytes: MemoryLayout<Value>.size)
    }

    static func text<Record>(_ member: PartialKeyPath<Record>) -> Self { .text(offset(member)) }

    static func set<Record>(_ member: KeyPath<Record, nh_bitset>) -> Self { unsafe .set(offset(member)) }

    static func array<Record>(
        _ member: PartialKeyPath<Record>, _ count: KeyPath<Record, Int>, _ shape: RecordShape
    ) -> Self { .array(offset(member), count: offset(count), shape) }

    static func list<Record>(
        _ member: PartialKeyPath<Record>, _ count: KeyPath<Record, Int>, _ shape: RecordShape
    ) -> Self { .list(offset(member), count: offset(count), shape) }

    /// Stored members of C have an offset.
    static func offset<Record>(_ member: PartialKeyPath<Record>) -> Int {
        MemoryLayout<Record>.offset(of: member) ?? 0
    }
}
