// SPDX-License-Identifier: Apache-2.0

/// Bytes of a message that grow at their end; numbers are little-endian.
package struct WireWriter {
    @usableFromInline package internal(set) var bytes: [UInt8] = []

    /// - Parameter size: how many bytes there is room for at first.
    package init(size: Int = 256) { bytes.reserveCapacity(size) }

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    @inlinable
    package mutating func number(_ value: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    @inlinable
    package mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    package mutating func raw(_ buffer: UnsafeRawBufferPointer) { unsafe bytes.append(contentsOf: buffer) }

    package mutating func bytes(_ other: some Collection<UInt8>) { bytes.append(contentsOf: other) }

    /// A text, or that there is none.
    package mutating func text(_ text: String?) {
        guard var text else { return number(WireFormat.noText) }
        text.withUTF8 { units in
            let shown = unsafe UnsafeBufferPointer(rebasing: units.prefix(WireFormat.textLimit))
            number(UInt32(shown.count))
            unsafe raw(UnsafeRawBufferPointer(shown))
        }
    }
}

/// Numbers on which both sides agree.
package enum WireFormat {
    /// The length of a text that is not there.
    static let noText = UInt32.max
    /// The most bytes of a text: one more than the contract allows, so that a longer one is known as such.
    package static let textLimit = 1 << 16
    /// The most words of a set, as in the contract.
    static let wordLimit = 1 << 10
    /// The most elements of a list, as in the contract.
    static let countLimit = 1 << 16
    /// The most names that an instance claims or observes, and one more.
    package static let nameLimit = 4097
    /// How deep records lie in each other at the most; ours do so four levels deep.
    static let depthLimit = 8
}
