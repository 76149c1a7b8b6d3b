// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import Glibc
import NUMACore

/// A rule of the contract that the other side broke, in words that follow "gave" or the call's name.
struct BrokenRule: Error {
    var text: String
    var rule: ContractRule

    init(_ text: String, _ rule: ContractRule = .record) {
        self.text = text
        self.rule = rule
    }

    /// The same rule, in words that say before what it was about.
    func of(_ subject: String) -> BrokenRule { BrokenRule("\(subject) \(text)", rule) }
}

/// Records that the other side made, and that may be shorter or longer than ours, or wrong.
///
/// A record begins with its size. No member is read that lies beyond it, and a record is never copied
/// whole. A count is believed only up to a limit, so that a wrong one does not lead far through memory.
package enum BorderRecord {
    /// The most words of a set: 65,536 nodes or CPUs.
    static let wordLimit = 1 << 10
    /// The most elements of a list, and records that one call may deliver.
    static let countLimit = 1 << 16
    /// The most bytes of a text.
    static let textLimit = 1 << 16

    /// Whether a pointer is NULL that the header promises not to be. Looks at the bits, since the type
    /// says that it cannot happen.
    package static func isNull<Pointee>(_ pointer: UnsafePointer<Pointee>) -> Bool { UInt(bitPattern: pointer) == 0 }

    /// Whether the author of the record knew the member (NH_HAS of the header).
    package static func has<Record, Member>(
        _ record: UnsafePointer<Record>, _ member: KeyPath<Record, Member>
    ) -> Bool {
        unsafe size(record) >= size(through: member)
    }

    /// The size of a record whose author knew the member, and none after it.
    static func size<Record, Member>(through member: KeyPath<Record, Member>) -> Int {
        MemoryLayout<Record>.offset(of: member).map { $0 + MemoryLayout<Member>.size } ?? .max
    }

    /// Fails unless there is a record, and its author knew the member.
    static func check<Record, Member>(
        _ record: UnsafePointer<Record>, knows member: KeyPath<Record, Member>, _ what: String
    ) throws(BrokenRule) {
        try unsafe check(record, hasBytes: size(through: member), what)
    }

    /// Fails unless there is a record of such a size.
    static func check<Record>(
        _ record: UnsafePointer<Record>, hasBytes count: Int, _ what: @autoclosure () -> String
    ) throws(BrokenRule) {
        guard unsafe !isNull(record) else { throw BrokenRule("\(what()) that is NULL") }
        guard unsafe size(record) >= count else { throw BrokenRule("\(what()) that is too short") }
    }

    /// Whether the pointer member is there and not NULL. Looks at the bytes, since a NULL where the header
    /// promises none must not be read as that type.
    package static func isSet<Record>(_ record: UnsafePointer<Record>, _ member: PartialKeyPath<Record>) -> Bool {
        let width = MemoryLayout<UInt>.size
        guard let offset = MemoryLayout<Record>.offset(of: member), unsafe size(record) >= offset + width
        else { return false }
        return unsafe UnsafeRawPointer(record).loadUnaligned(fromByteOffset: offset, as: UInt.self) != 0
    }

    /// The number of bytes that the author of the record knew.
    static func size<Record>(_ record: UnsafePointer<Record>) -> Int {
        unsafe Int(clamping: UnsafeRawPointer(record).loadUnaligned(as: UInt.self))
    }

    /// A text that must be there.
    static func text(_ text: UnsafePointer<CChar>, _ what: String) throws(BrokenRule) -> String {
        guard unsafe !isNull(text) else { throw BrokenRule("\(what) that is NULL") }
        let length = unsafe strnlen(text, textLimit)
        guard length < textLimit else { throw BrokenRule("\(what) of \(textLimit) bytes or more") }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
        // Most is ASCII, which takes the shorter way.
        if unsafe bytes.allSatisfy({ $0 < 0x80 }) { return unsafe String(decoding: bytes, as: UTF8.self) }
        guard let value = unsafe String(validating: bytes, as: UTF8.self) else {
            // The beginning, repaired.
            let start = unsafe String(decoding: bytes.prefix(80), as: UTF8.self)
            throw BrokenRule("\(what) that is not UTF-8: \(start)")
        }
        return value
    }

    /// Whether a text has just these bytes. What it has beyond them is not read.
    static func isText(_ text: UnsafePointer<CChar>, _ expected: String) -> Bool {
        guard unsafe !isNull(text) else { return false }
        return unsafe expected.utf8.withContiguousStorageIfAvailable { bytes in
            guard let start = bytes.baseAddress else { return unsafe text[0] == 0 }
            return unsafe strnlen(text, bytes.count + 1) == bytes.count && memcmp(text, start, bytes.count) == 0
        } ?? false
    }

    /// A text that may be NULL, which is nil.
    static func optionalText(_ text: UnsafePointer<CChar>?, _ what: String) throws(BrokenRule) -> String? {
        guard let text = unsafe text else { return nil }
        return try unsafe Self.text(text, what)
    }

    /// The set of a member.
    static func set<Numbers: NumberSet>(
        _ set: nh_bitset, _ member: @autoclosure () -> String
    ) throws(BrokenRule) -> Numbers {
        // Most are of one word.
        if unsafe set.word_count == 1, let word = unsafe set.words?.pointee {
            return Numbers(bits: BitWords(low: word))
        }
        let words = try unsafe elements(set.words, set.word_count, "\(member()).words", limit: wordLimit)
        return Numbers(bits: unsafe BitWords(words: words))
    }

    /// What the elements of an array stand for.
    static func array<Element, Value>(
        _ start: UnsafePointer<Element>?, _ count: Int, _ member: @autoclosure () -> String,
        _ value: (Element) throws(BrokenRule) -> Value
    ) throws(BrokenRule) -> [Value] {
        let elements = try unsafe elements(start, count, member(), limit: countLimit)
        var values: [Value] = []
        values.reserveCapacity(count)
        for place in elements.indices { values.append(try value(unsafe elements[place])) }
        return values
    }

    /// The elements of an array.
    private static func elements<Element>(
        _ start: UnsafePointer<Element>?, _ count: Int, _ member: @autoclosure () -> String, limit: Int
    ) throws(BrokenRule) -> UnsafeBufferPointer<Element> {
        if count == 0 { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        // A size_t arrives as Int: what is beyond that is negative here.
        let shown = UInt(bitPattern: count)
        guard shown <= UInt(limit) else { throw BrokenRule("\(shown) \(member()), of which a host reads \(limit)") }
        guard let start = unsafe start else { throw BrokenRule("\(member()) NULL though their count is \(count)") }
        return unsafe UnsafeBufferPointer(start: start, count: count)
    }

    /// A message, without what would break a line or drive a terminal.
    static func reason(_ message: UnsafePointer<nh_message>) throws(BrokenRule) -> Reason {
        try unsafe check(message, knows: \.text, "a reason")
        let text = try unsafe text(message.pointee.text, "a reason with a text")
        let code = unsafe has(message, \.code) ? try optionalText(message.pointee.code, "a reason with a code") : nil
        guard unsafe has(message, \.fact_count) else { return Reason(printable(text), code: code.map(printable)) }
        let facts = try unsafe array(message.pointee.facts, message.pointee.fact_count, "facts of a reason") {
            (fact) throws(BrokenRule) in
            Reason.Fact(
                printable(try unsafe Self.text(fact.key, "a fact with a key")),
                printable(try unsafe Self.text(fact.value, "a fact with a value")))
        }
        return Reason(printable(text), code: code.map(printable), facts: facts)
    }

    /// Whether a message that can be read is one line, as it is given.
    static func isOneLine(_ message: UnsafePointer<nh_message>) -> Bool {
        guard unsafe !isNull(message), unsafe has(message, \.text),
            let text = try? unsafe text(message.pointee.text, "")
        else { return true }
        return printable(text) == text
    }

    /// The text with a blank for each control character.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            shown.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(shown)
    }
}
