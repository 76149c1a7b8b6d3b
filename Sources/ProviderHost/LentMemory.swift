// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Memory that is lent to a provider: strings, arrays and records that live as long as this object.
///
/// Sound because nothing is freed before `deinit`, and whoever lends keeps the object until the call
/// (or, for tables, the instance) is over.
@safe final class LentMemory {
    private var blocks: [UnsafeMutableRawPointer] = unsafe []

    deinit { unsafe blocks.forEach { unsafe $0.deallocate() } }

    /// The text, zero at its end. Text after a zero byte is not seen by the provider.
    func string(_ text: String) -> UnsafePointer<CChar> {
        let bytes = unsafe allocate(CChar.self, text.utf8.count + 1)
        var place = 0
        for unit in text.utf8 {
            unsafe bytes[place] = CChar(bitPattern: unit)
            place += 1
        }
        unsafe bytes[place] = 0
        return unsafe UnsafePointer(bytes)
    }

    /// The elements in a row, or NULL if there are none.
    func array<Element>(_ elements: [Element]) -> UnsafePointer<Element>? {
        guard !elements.isEmpty else { return nil }
        let start = unsafe allocate(Element.self, elements.count)
        for (place, element) in elements.enumerated() { unsafe (start + place).initialize(to: element) }
        return unsafe UnsafePointer(start)
    }

    /// One record.
    func record<Record>(_ record: Record) -> UnsafePointer<Record> {
        let place = unsafe allocate(Record.self, 1)
        unsafe place.initialize(to: record)
        return unsafe UnsafePointer(place)
    }

    /// A list of records as the contract has it (NH_LIST): pointers in a row.
    func list<Record>(_ records: [Record]) -> UnsafePointer<UnsafePointer<Record>>? {
        unsafe array(records.map { unsafe record($0) })
    }

    func bitset(_ set: some NumberSet) -> nh_bitset {
        let words = set.bits.words
        return unsafe nh_bitset(words: array(words), word_count: words.count)
    }

    // Only C values without references are put here, so nothing needs to be deinitialized.
    private func allocate<Element>(_: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count * MemoryLayout<Element>.stride),
            alignment: MemoryLayout<Element>.alignment)
        unsafe blocks.append(block)
        return unsafe block.bindMemory(to: Element.self, capacity: count)
    }
}
