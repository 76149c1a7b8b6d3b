// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Memory that is lent to the host in C's shape, and lives as long as this does.
///
/// Safe to hold: nothing is read through the pointers here. Not sendable: an instance belongs to one call, or to one table whose calls never overlap.
@safe final class Lending {
    private var blocks: [UnsafeMutableRawPointer] = unsafe []

    deinit {
        unsafe blocks.forEach { unsafe $0.deallocate() }
    }

    /// A lasting copy of values that need no clean-up; NULL if there are none.
    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element>? {
        guard !elements.isEmpty else { return nil }
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = unsafe buffer.initialize(from: elements)
        if let base = buffer.baseAddress { unsafe blocks.append(UnsafeMutableRawPointer(base)) }
        return unsafe UnsafePointer(buffer.baseAddress)
    }

    /// A lasting copy of one value that needs no clean-up.
    func record<Record>(_ record: Record) -> UnsafeMutablePointer<Record> {
        let pointer = UnsafeMutablePointer<Record>.allocate(capacity: 1)
        unsafe pointer.initialize(to: record)
        unsafe blocks.append(UnsafeMutableRawPointer(pointer))
        return unsafe pointer
    }

    /// The text with a zero byte at its end; it ends at the first zero byte inside it.
    func string(_ text: String) -> UnsafePointer<CChar> {
        let bytes = Array(text.utf8)
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (place, byte) in bytes.enumerated() {
            unsafe (pointer + place).initialize(to: CChar(bitPattern: byte))
        }
        unsafe (pointer + bytes.count).initialize(to: 0)
        unsafe blocks.append(UnsafeMutableRawPointer(pointer))
        return unsafe UnsafePointer(pointer)
    }

    func string(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text else { return nil }
        return unsafe string(text)
    }

    /// Texts, ended by NULL.
    func strings(_ texts: [String]) -> UnsafePointer<UnsafePointer<CChar>?> {
        let pointer = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (place, text) in texts.enumerated() {
            unsafe (pointer + place).initialize(to: string(text))
        }
        unsafe (pointer + texts.count).initialize(to: nil)
        unsafe blocks.append(UnsafeMutableRawPointer(pointer))
        return unsafe UnsafePointer(pointer)
    }

    func bitset(_ set: some NumberSet) -> nh_bitset {
        let words = set.bits.words
        return unsafe nh_bitset(words: array(words), word_count: words.count)
    }

    func pairs(_ pairs: [(key: String, value: String)]) -> UnsafePointer<nh_pair>? {
        unsafe array(pairs.map { unsafe nh_pair(key: string($0.key), value: string($0.value)) })
    }

    func message(_ reason: Reason) -> UnsafePointer<nh_message> {
        let facts = unsafe pairs(reason.facts.map { ($0.key, $0.value) })
        return unsafe UnsafePointer(
            record(
                nh_message(
                    struct_size: MemoryLayout<nh_message>.size, text: string(reason.text),
                    code: string(reason.code), facts: facts, fact_count: reason.facts.count)))
    }
}
