// SPDX-License-Identifier: Apache-2.0

public import CNUMAHintsProvider
public import NUMACore

/// Memory that is lent to the other side of the provider ABI: strings, arrays and records that live as long as this object.
///
/// Sound because nothing is freed before `deinit`, and whoever lends keeps the object until the call
/// (or, for tables, the instance) is over. What is lent is cut from larger blocks, since a request has many
/// small parts.
@safe public final class LentMemory {
    @usableFromInline var blocks: [UnsafeMutableRawPointer] = unsafe []
    /// What is left of the last block.
    @usableFromInline var rest: UnsafeMutableRawBufferPointer = unsafe .init(start: nil, count: 0)

    /// What most calls fill; the allocator has such blocks at hand.
    @usableFromInline static let blockSize = 1024
    @usableFromInline static let alignment = MemoryLayout<UInt64>.alignment

    /// How many bytes each record is longer than its author here knows, as those of a later minor version are.
    @usableFromInline let slack: Int
    /// How many zero words follow those of each set; they mean nothing.
    @usableFromInline let zeroWords: Int

    public init(slack: Int = 0, zeroWords: Int = 0) {
        self.slack = slack
        self.zeroWords = zeroWords
    }

    deinit { unsafe blocks.forEach { unsafe $0.deallocate() } }

    /// The text, zero at its end. Text after a zero byte is not seen by the other side.
    public func string(_ text: String) -> UnsafePointer<CChar> {
        var text = text
        return text.withUTF8 { units in
            let bytes = unsafe allocate(CChar.self, units.count + 1)
            if let start = units.baseAddress {
                unsafe UnsafeMutableRawPointer(bytes).copyMemory(from: start, byteCount: units.count)
            }
            unsafe bytes[units.count] = 0
            return unsafe UnsafePointer(bytes)
        }
    }

    /// The elements in a row, or NULL if there are none.
    @inlinable
    public func array<Element>(_ elements: [Element]) -> UnsafePointer<Element>? {
        guard !elements.isEmpty else { return nil }
        let start = unsafe allocate(Element.self, elements.count)
        unsafe elements.withUnsafeBufferPointer { buffer in
            if let first = buffer.baseAddress { unsafe start.initialize(from: first, count: buffer.count) }
        }
        return unsafe UnsafePointer(start)
    }

    /// One record.
    @inlinable
    public func record<Record>(_ record: Record) -> UnsafePointer<Record> {
        if slack > 0 { return unsafe longer(record) }
        let place = unsafe allocate(Record.self, 1)
        unsafe place.initialize(to: record)
        return unsafe UnsafePointer(place)
    }

    /// A list of records as the contract has it (NH_LIST): pointers in a row.
    @inlinable
    public func list<Record>(_ records: [Record]) -> UnsafePointer<UnsafePointer<Record>>? {
        unsafe array(records.map { unsafe record($0) })
    }

    public func string(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text else { return nil }
        return unsafe string(text)
    }

    /// Texts, ended by NULL.
    public func strings(_ texts: [String]) -> UnsafePointer<UnsafePointer<CChar>?> {
        let start = unsafe allocate(UnsafePointer<CChar>?.self, texts.count + 1)
        for (place, text) in texts.enumerated() { unsafe (start + place).initialize(to: string(text)) }
        unsafe (start + texts.count).initialize(to: nil)
        return unsafe UnsafePointer(start)
    }

    @inlinable
    public func bitset(_ set: some NumberSet) -> nh_bitset {
        var words = set.bits.words
        for _ in 0..<zeroWords { words.append(0) }
        return unsafe nh_bitset(words: array(words), word_count: words.count)
    }

    /// So many bytes, not initialized, for records that are laid out by hand.
    package func bytes(_ count: Int) -> UnsafeMutableRawPointer {
        unsafe UnsafeMutableRawPointer(allocate(UInt8.self, count))
    }

    /// A record that begins with its size, with bytes after it that nobody here knows.
    @usableFromInline
    func longer<Record>(_ record: Record) -> UnsafePointer<Record> {
        let size = MemoryLayout<Record>.size + slack
        let bytes = unsafe allocate(UInt8.self, size)
        unsafe bytes.initialize(repeating: 0xA5, count: size)
        let raw = UnsafeMutableRawPointer(bytes)
        let place = unsafe raw.bindMemory(to: Record.self, capacity: 1)
        unsafe place.initialize(to: record)
        unsafe raw.storeBytes(of: size, as: Int.self)
        return unsafe UnsafePointer(place)
    }

    // Only C values without references are put here, so nothing needs to be deinitialized. None is aligned
    // more strictly than a 64-bit number.
    @inlinable
    func allocate<Element>(_: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
        let size = max(1, count * MemoryLayout<Element>.stride)
        let step = (size + Self.alignment - 1) / Self.alignment * Self.alignment
        if unsafe rest.count < step {
            let length = max(step, Self.blockSize)
            let block = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: Self.alignment)
            unsafe blocks.append(block)
            unsafe rest = UnsafeMutableRawBufferPointer(start: block, count: length)
        }
        // The rest has at least this step, so it has a start.
        let place = unsafe rest.baseAddress ?? blocks[blocks.count - 1]
        unsafe rest = UnsafeMutableRawBufferPointer(start: place + step, count: rest.count - step)
        return unsafe place.bindMemory(to: Element.self, capacity: count)
    }
}
