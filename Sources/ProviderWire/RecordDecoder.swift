// SPDX-License-Identifier: Apache-2.0

package import BorderMemory
package import CNUMAHintsProvider

/// Reads records of the provider ABI from bytes, of which nothing is believed. What is read is lent by `memory`.
package struct RecordDecoder {
    package var reader: WireReader
    package let memory: LentMemory
    private var nodeCount = 0
    private var depth = 0

    package init(_ bytes: [UInt8], memory: LentMemory = LentMemory()) {
        reader = WireReader(bytes)
        self.memory = memory
    }

    /// A record, or nil if there is none. Only a shape's own type may be asked for.
    package mutating func record<Record>(
        _ shape: RecordShape, as _: Record.Type = Record.self
    ) throws(WireProblem) -> UnsafePointer<Record>? {
        guard shape.size == MemoryLayout<Record>.stride else { throw WireProblem("a record of another type") }
        return unsafe try pointer(shape).map { unsafe UnsafePointer($0.assumingMemoryBound(to: Record.self)) }
    }

    package mutating func machine() throws(WireProblem) -> UnsafePointer<nh_machine>? {
        nodeCount = Int(try reader.number(UInt32.self))
        guard nodeCount <= WireFormat.countLimit else { throw WireProblem("a machine of \(nodeCount) nodes") }
        let machine = unsafe try record(.machine, as: nh_machine.self)
        if let machine = unsafe machine, unsafe machine.pointee.node_count != nodeCount {
            throw WireProblem("distances to \(nodeCount) nodes of a machine that has another number of them")
        }
        return unsafe machine
    }

    /// A text, or nil if it is NULL.
    package mutating func text() throws(WireProblem) -> UnsafePointer<CChar>? {
        guard let count = try reader.textLength() else { return nil }
        let place = unsafe memory.bytes(count + 1)
        unsafe place.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        unsafe try reader.raw(into: UnsafeMutableRawBufferPointer(start: place, count: count))
        return unsafe UnsafePointer(place.assumingMemoryBound(to: CChar.self))
    }

    /// Texts that end in NULL.
    package mutating func texts() throws(WireProblem) -> UnsafePointer<UnsafePointer<CChar>?> {
        let count = Int(try reader.number(UInt32.self))
        guard count <= WireFormat.nameLimit else { throw WireProblem("\(count) names") }
        try reader.check(count)
        var texts: [UnsafePointer<CChar>?] = unsafe []
        for _ in 0..<count { unsafe texts.append(try text()) }
        unsafe texts.append(nil)
        // It has one element at least, so that it has a place.
        return unsafe memory.array(texts) ?? memory.strings([])
    }

    private mutating func pointer(_ shape: RecordShape) throws(WireProblem) -> UnsafeMutableRawPointer? {
        guard try reader.flag() else { return nil }
        depth += 1
        defer { depth -= 1 }
        guard depth <= WireFormat.depthLimit else { throw WireProblem("records that lie too deep in each other") }
        let place = unsafe zeroed(shape.size)
        unsafe try content(place, shape)
        return unsafe place
    }

    private mutating func content(_ place: UnsafeMutableRawPointer, _ shape: RecordShape) throws(WireProblem) {
        if shape.isSized {
            let size = try reader.number(UInt64.self)
            unsafe place.storeBytes(of: UInt(clamping: size), as: UInt.self)
        }
        for member in shape.members {
            switch member {
            case .plain(let offset, let bytes):
                unsafe try reader.raw(into: UnsafeMutableRawBufferPointer(start: place + offset, count: bytes))
            case .text(let offset): unsafe store(try text().map { unsafe UnsafeRawPointer($0) }, place, offset)
            case .set(let offset): unsafe try set(place + offset)
            case .array(let offset, let count, let shape):
                unsafe try array(place, offset, count, stride: shape.size) { (decoder, element) throws(WireProblem) in
                    unsafe try decoder.content(element, shape)
                }
            case .list(let offset, let count, let shape):
                let width = MemoryLayout<UInt>.size
                unsafe try array(place, offset, count, stride: width) { (decoder, element) throws(WireProblem) in
                    let record = unsafe try decoder.pointer(shape)
                    unsafe decoder.store(record.map { UnsafeRawPointer($0) }, element, 0)
                }
            case .record(let offset, let shape):
                unsafe store(try pointer(shape).map { UnsafeRawPointer($0) }, place, offset)
            case .element(let offset, let list, let count):
                unsafe store(try element(of: load(place, list), load(place, count)), place, offset)
            case .numberByNode(let offset): unsafe store(try numbers(), place, offset)
            }
        }
    }

    private mutating func set(_ place: UnsafeMutableRawPointer) throws(WireProblem) {
        let count = try reader.number(UInt64.self)
        let hasWords = try reader.flag()
        var words: UnsafePointer<UInt64>?
        if hasWords, count <= UInt64(WireFormat.wordLimit) {
            let size = Int(count) * MemoryLayout<UInt64>.size
            try reader.check(size)
            let start = unsafe memory.bytes(size)
            unsafe try reader.raw(into: UnsafeMutableRawBufferPointer(start: start, count: size))
            unsafe words = UnsafePointer(start.assumingMemoryBound(to: UInt64.self))
        }
        unsafe place.storeBytes(
            of: nh_bitset(words: words, word_count: Int(bitPattern: UInt(clamping: count))), as: nh_bitset.self)
    }

    /// Elements in a row, of which each takes at least a byte of the message.
    private mutating func array(
        _ place: UnsafeMutableRawPointer, _ offset: Int, _ count: Int, stride: Int,
        _ decode: (inout Self, UnsafeMutableRawPointer) throws(WireProblem) -> Void
    ) throws(WireProblem) {
        let shown = try reader.number(UInt64.self)
        let hasStart = try reader.flag()
        unsafe place.storeBytes(of: UInt(clamping: shown), toByteOffset: count, as: UInt.self)
        // The other side sends no more of what is turned down anyway.
        guard hasStart, shown <= UInt64(WireFormat.countLimit) else { return }
        try reader.check(Int(shown))
        let start = unsafe zeroed(Int(shown) * stride)
        for index in 0..<Int(shown) { unsafe try decode(&self, start + index * stride) }
        unsafe store(UnsafeRawPointer(start), place, offset)
    }

    private mutating func element(of list: UInt, _ count: UInt) throws(WireProblem) -> UnsafeRawPointer? {
        let index = try reader.number(UInt32.self)
        guard index != .max else { return nil }
        guard let list = unsafe UnsafeRawPointer(bitPattern: list), UInt(index) < count else {
            throw WireProblem("element \(index) of a list of \(count)")
        }
        let width = MemoryLayout<UInt>.size
        return unsafe UnsafeRawPointer(
            bitPattern: list.loadUnaligned(fromByteOffset: Int(index) * width, as: UInt.self))
    }

    private mutating func numbers() throws(WireProblem) -> UnsafeRawPointer? {
        guard try reader.flag() else { return nil }
        let size = nodeCount * MemoryLayout<UInt32>.size
        try reader.check(size)
        let start = unsafe memory.bytes(size)
        unsafe try reader.raw(into: UnsafeMutableRawBufferPointer(start: start, count: size))
        return UnsafeRawPointer(start)
    }

    private func zeroed(_ size: Int) -> UnsafeMutableRawPointer {
        let place = unsafe memory.bytes(size)
        unsafe place.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return unsafe place
    }

    private func store(_ pointer: UnsafeRawPointer?, _ place: UnsafeMutableRawPointer, _ offset: Int) {
        unsafe place.storeBytes(of: UInt(bitPattern: pointer), toByteOffset: offset, as: UInt.self)
    }

    private func load(_ place: UnsafeMutableRawPointer, _ offset: Int) -> UInt {
        unsafe place.loadUnaligned(fromByteOffset: offset, as: UInt.self)
    }
}
