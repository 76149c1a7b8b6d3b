// SPDX-License-Identifier: Apache-2.0

public import CNUMAHintsProvider
public import NUMACore

/// Memory that is lent to the other side of the provider ABI: strings, arrays and records that live as long as this object.
///
/// Sound because nothing is freed before `deinit`, and whoever lends keeps the object until the call
/// (or, for tables, the instance) is over. What is lent is cut from larger blocks, since a request has many
/// small parts.
@safe public final class LentMemory {
    /// The first block, of `blockSize` bytes.
    private let block: UnsafeMutableRawPointer
    /// Those after it.
    private var blocks: [UnsafeMutableRawPointer] = unsafe []
    // What is lent next, and how many bytes of the last block are left.
    private var next: UnsafeMutableRawPointer
    private var left = LentMemory.blockSize

    /// What most calls fill; the allocator has such blocks at hand.
    private static let blockSize = 1024
    private static let alignment = MemoryLayout<UInt64>.alignment

    /// How many bytes each record is longer than its author here knows, as those of a later minor version are.
    @usableFromInline let slack: Int
    /// How many zero words follow those of each set; they mean nothing.
    @usableFromInline let zeroWords: Int

    public init(slack: Int = 0, zeroWords: Int = 0) {
        self.slack = slack
        self.zeroWords = zeroWords
        unsafe block = .allocate(byteCount: Self.blockSize, alignment: Self.alignment)
        unsafe next = block
    }

    deinit {
        unsafe blocks.forEach { unsafe $0.deallocate() }
        unsafe block.deallocate()
    }

    /// Takes back all that was lent, which nobody may look at any more, to lend its place again.
    public func takeBack() {
        unsafe blocks.forEach { unsafe $0.deallocate() }
        unsafe blocks.removeAll()
        unsafe next = block
        left = Self.blockSize
    }

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

    /// What becomes of elements, in a row, without those of which nothing does; it has no start if it is empty.
    @inlinable
    public func array<Source, Element>(
        of elements: some Collection<Source>, _ lend: (Source) -> Element?
    ) -> UnsafeBufferPointer<Element> {
        guard !elements.isEmpty else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        let start = unsafe allocate(Element.self, elements.count)
        var count = 0
        for element in elements {
            guard let lent = lend(element) else { continue }
            unsafe (start + count).initialize(to: lent)
            count += 1
        }
        return unsafe UnsafeBufferPointer(start: count > 0 ? start : nil, count: count)
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
        let bits = set.bits
        let count = bits.wordCount + zeroWords
        guard count > 0 else { return unsafe nh_bitset(words: nil, word_count: 0) }
        let start = unsafe allocate(UInt64.self, count)
        for place in 0..<count { unsafe (start + place).initialize(to: bits.word(place)) }
        return unsafe nh_bitset(words: start, word_count: count)
    }

    /// So many bytes, not initialized, for records that are laid out by hand.
    public func bytes(_ count: Int) -> UnsafeMutableRawPointer {
        let step = (max(1, count) + Self.alignment - 1) / Self.alignment * Self.alignment
        if left < step {
            left = max(step, Self.blockSize)
            unsafe next = .allocate(byteCount: left, alignment: Self.alignment)
            unsafe blocks.append(next)
        }
        let place = unsafe next
        unsafe next = place + step
        left -= step
        return unsafe place
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
        unsafe bytes(count * MemoryLayout<Element>.stride).bindMemory(to: Element.self, capacity: count)
    }
}
