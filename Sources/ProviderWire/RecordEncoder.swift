// SPDX-License-Identifier: Apache-2.0

package import CNUMAHintsProvider
import Glibc

/// Writes records of the provider ABI as bytes, just as they are: one that breaks the contract arrives as such, and is
/// turned down by who knows the contract.
package struct RecordEncoder {
    package var writer = WireWriter()
    /// How many numbers a node's row of distances has.
    private var nodeCount = 0

    package init() {}

    /// A record, or that there is none.
    package mutating func record<Record>(_ record: UnsafePointer<Record>?, _ shape: RecordShape) {
        unsafe pointer(record.map { unsafe UnsafeRawPointer($0) }, shape)
    }

    /// A machine. Its nodes have a distance to each of its nodes.
    package mutating func machine(_ machine: UnsafePointer<nh_machine>?) {
        unsafe nodeCount = machine?.pointee.node_count ?? 0
        writer.number(UInt32(clamping: nodeCount))
        unsafe record(machine, .machine)
    }

    /// A text, or that it is NULL.
    package mutating func text(_ text: UnsafePointer<CChar>?) {
        guard let text = unsafe text else { return writer.number(WireFormat.noText) }
        let count = unsafe strnlen(text, WireFormat.textLimit)
        writer.number(UInt32(count))
        unsafe writer.raw(UnsafeRawBufferPointer(start: text, count: count))
    }

    /// Texts that end in NULL.
    package mutating func texts(_ list: UnsafePointer<UnsafePointer<CChar>?>?) {
        var count = 0
        if let list = unsafe list { while count < WireFormat.nameLimit, unsafe list[count] != nil { count += 1 } }
        writer.number(UInt32(count))
        if let list = unsafe list { for place in 0..<count { unsafe text(list[place]) } }
    }

    private mutating func pointer(_ record: UnsafeRawPointer?, _ shape: RecordShape) {
        guard let record = unsafe record else { return writer.flag(false) }
        writer.flag(true)
        unsafe content(record, shape)
    }

    private mutating func content(_ record: UnsafeRawPointer, _ shape: RecordShape) {
        guard shape.isSized else { return unsafe members(record, shape) }
        let size = unsafe record.loadUnaligned(as: UInt.self)
        writer.number(UInt64(size))
        if size >= UInt(shape.size) { return unsafe members(record, shape) }
        // What its author did not know is as if it were 0, also what he knew a part of.
        let known = Int(size) / MemoryLayout<UInt64>.size * MemoryLayout<UInt64>.size
        unsafe withUnsafeTemporaryAllocation(byteCount: shape.size, alignment: MemoryLayout<UInt64>.alignment) {
            whole in
            unsafe whole.initializeMemory(as: UInt8.self, repeating: 0)
            unsafe whole.copyMemory(from: UnsafeRawBufferPointer(start: record, count: known))
            if let start = whole.baseAddress { unsafe members(UnsafeRawPointer(start), shape) }
        }
    }

    private mutating func members(_ record: UnsafeRawPointer, _ shape: RecordShape) {
        for member in shape.members {
            switch member {
            case .plain(let offset, let bytes):
                unsafe writer.raw(UnsafeRawBufferPointer(start: record + offset, count: bytes))
            case .text(let offset):
                unsafe text(load(record, offset)?.assumingMemoryBound(to: CChar.self))
            case .set(let offset): unsafe set((record + offset).loadUnaligned(as: nh_bitset.self))
            case .array(let offset, let count, let shape):
                guard let elements = unsafe begin(record, offset, count) else { continue }
                for place in unsafe 0..<elements.count { unsafe content(elements.start + place * shape.size, shape) }
            case .list(let offset, let count, let shape):
                guard let elements = unsafe begin(record, offset, count) else { continue }
                let width = MemoryLayout<UInt>.size
                for place in unsafe 0..<elements.count {
                    unsafe pointer(load(elements.start, place * width), shape)
                }
            case .record(let offset, let shape): unsafe pointer(load(record, offset), shape)
            case .element(let offset, let list, let count):
                unsafe writer.number(index(of: load(record, offset), load(record, list), self.count(record, count)))
            case .numberByNode(let offset): unsafe numbers(load(record, offset))
            }
        }
    }

    private mutating func set(_ set: nh_bitset) {
        let count = unsafe UInt(bitPattern: set.word_count)
        writer.number(UInt64(count))
        guard let words = unsafe set.words, count <= UInt(WireFormat.wordLimit) else { return writer.flag(false) }
        writer.flag(true)
        unsafe writer.raw(UnsafeRawBufferPointer(start: words, count: Int(count) * MemoryLayout<UInt64>.size))
    }

    /// The count of a list and whether it has a start; the elements, if they are to follow.
    private mutating func begin(
        _ record: UnsafeRawPointer, _ offset: Int, _ count: Int
    ) -> (start: UnsafeRawPointer, count: Int)? {
        let shown = unsafe self.count(record, count)
        writer.number(UInt64(shown))
        guard let start = unsafe load(record, offset), shown <= UInt(WireFormat.countLimit) else {
            writer.flag(false)
            return nil
        }
        writer.flag(true)
        return unsafe (start, Int(shown))
    }

    private mutating func numbers(_ row: UnsafeRawPointer?) {
        guard let row = unsafe row, nodeCount <= WireFormat.countLimit else { return writer.flag(false) }
        writer.flag(true)
        unsafe writer.raw(UnsafeRawBufferPointer(start: row, count: nodeCount * MemoryLayout<UInt32>.size))
    }

    private func index(of record: UnsafeRawPointer?, _ list: UnsafeRawPointer?, _ count: UInt) -> UInt32 {
        guard let record = unsafe record, let list = unsafe list, count <= UInt(WireFormat.countLimit) else {
            return .max
        }
        let width = MemoryLayout<UInt>.size
        let found = (0..<Int(count)).first { unsafe load(list, $0 * width) == record }
        return found.map { UInt32($0) } ?? .max
    }

    private func load(_ record: UnsafeRawPointer, _ offset: Int) -> UnsafeRawPointer? {
        unsafe UnsafeRawPointer(bitPattern: record.loadUnaligned(fromByteOffset: offset, as: UInt.self))
    }

    private func count(_ record: UnsafeRawPointer, _ offset: Int) -> UInt {
        unsafe record.loadUnaligned(fromByteOffset: offset, as: UInt.self)
    }
}
