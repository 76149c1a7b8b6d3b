// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Records that the other side made, and that may be shorter or longer than ours.
///
/// A record begins with its size. No member is read that lies beyond it, and a record is never copied
/// whole.
enum BorderRecord {
    /// Whether the author of the record knew the member (NH_HAS of the header).
    static func has<Record, Member>(
        _ record: UnsafePointer<Record>, _ member: KeyPath<Record, Member>
    ) -> Bool {
        guard let offset = MemoryLayout<Record>.offset(of: member) else { return false }
        return unsafe size(record) >= offset + MemoryLayout<Member>.size
    }

    /// Whether the pointer member is there and not NULL. Looks at the bytes, since a NULL where the header
    /// promises none must not be read as that type.
    static func isSet<Record>(_ record: UnsafePointer<Record>, _ member: PartialKeyPath<Record>) -> Bool {
        let width = MemoryLayout<UInt>.size
        guard let offset = MemoryLayout<Record>.offset(of: member), unsafe size(record) >= offset + width
        else { return false }
        return unsafe UnsafeRawPointer(record).loadUnaligned(fromByteOffset: offset, as: UInt.self) != 0
    }

    /// The number of bytes that the author of the record knew.
    static func size<Record>(_ record: UnsafePointer<Record>) -> Int {
        unsafe Int(clamping: UnsafeRawPointer(record).loadUnaligned(as: UInt.self))
    }

    /// The text, or nil for NULL.
    static func text(_ text: UnsafePointer<CChar>?) -> String? {
        unsafe text.map { unsafe String(cString: $0) }
    }

    /// The set, or nil if it has a count but no words.
    static func set<Numbers: NumberSet>(_ set: nh_bitset) -> Numbers? {
        if unsafe set.word_count == 0 { return Numbers() }
        guard let words = unsafe set.words else { return nil }
        return unsafe Numbers(
            bits: BitWords(words: unsafe UnsafeBufferPointer(start: words, count: set.word_count)))
    }

    /// The elements of an array, or nil if it has a count but no place.
    static func array<Element, Value>(
        _ start: UnsafePointer<Element>?, _ count: Int, _ value: (Element) -> Value
    ) -> [Value]? {
        if count == 0 { return [] }
        guard let start = unsafe start else { return nil }
        return unsafe UnsafeBufferPointer(start: start, count: count).map(value)
    }

    static func reason(_ message: UnsafePointer<nh_message>) -> Reason {
        guard unsafe isSet(message, \.text) else { return Reason("gave a reason without text") }
        let facts =
            unsafe has(message, \.fact_count)
            ? array(message.pointee.facts, message.pointee.fact_count) {
                unsafe Reason.Fact(String(cString: $0.key), String(cString: $0.value))
            } : []
        return unsafe Reason(
            String(cString: message.pointee.text),
            code: has(message, \.code) ? text(message.pointee.code) : nil, facts: facts ?? [])
    }
}
