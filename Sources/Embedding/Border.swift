// SPDX-License-Identifier: Apache-2.0

package import CNUMAHints
import Glibc
package import NUMACore

package typealias TextOut = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Texts and statuses on their way over the border.
package enum Border {
    /// What a call comes to, and the document that it hands out.
    package struct Answer {
        let status: Int
        let document: String?

        package init(status: Int = NUMA_HINTS_OK, document: String? = nil) {
            self.status = status
            self.document = document
        }
    }

    /// Runs the body of a call: its errors become a status and a sentence.
    package static func run(
        _ document: TextOut?, _ error: TextOut?, _ body: () throws(NUMAHintsError) -> Answer
    ) -> numa_hints_status {
        unsafe document?.pointee = nil
        unsafe error?.pointee = nil
        do throws(NUMAHintsError) {
            let answer = try body()
            if let text = answer.document { unsafe document?.pointee = unsafe strdup(text) }
            return numa_hints_status(answer.status)
        } catch let failure {
            unsafe error?.pointee = unsafe strdup(failure.description)
            return status(of: failure.code)
        }
    }

    package static func status(of code: NUMAHintsError.Code) -> numa_hints_status {
        let known: [NUMAHintsError.Code: numa_hints_status] = [
            .usage: numa_hints_status(NUMA_HINTS_INVALID),
            .input: numa_hints_status(NUMA_HINTS_INPUT),
            .machine: numa_hints_status(NUMA_HINTS_MACHINE),
            .provider: numa_hints_status(NUMA_HINTS_PROVIDER),
            .state: numa_hints_status(NUMA_HINTS_STATE),
            .closed: numa_hints_status(NUMA_HINTS_CLOSED),
        ]
        return known[code] ?? numa_hints_status(NUMA_HINTS_INTERNAL)
    }

    /// A text that must be given.
    package static func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(NUMAHintsError) -> String {
        guard let text = unsafe try optionalText(pointer, name) else {
            throw NUMAHintsError(.usage, "\(name) must not be NULL")
        }
        return text
    }

    /// A text that may be left out.
    package static func optionalText(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(NUMAHintsError) -> String?
    {
        guard let pointer = unsafe pointer else { return nil }
        guard let text = unsafe String(validatingCString: pointer) else {
            throw NUMAHintsError(.usage, "\(name) is not UTF-8")
        }
        return text
    }

    /// A record as its caller knew it; what it did not know is zero.
    ///
    /// - Parameter zero: a record of zeros.
    static func record<Record>(
        _ pointer: UnsafePointer<Record>, _ name: String, zero: Record
    ) throws(NUMAHintsError) -> Record {
        let size = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Int.self)
        guard size >= MemoryLayout<Int>.size else {
            throw NUMAHintsError(.usage, "\(name).struct_size is \(size), which is less than itself needs")
        }
        // No pointer is taken in part.
        let known = min(size - size % MemoryLayout<Int>.size, MemoryLayout<Record>.size)
        var record = zero
        unsafe withUnsafeMutableBytes(of: &record) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: known))
        }
        return record
    }

    /// The records of a list that may be left out.
    static func list<Element>(
        _ pointer: UnsafePointer<Element>?, _ count: Int, _ name: String
    ) throws(NUMAHintsError) -> [Element] {
        guard count != 0 else { return [] }
        guard let pointer = unsafe pointer, (0...65_536).contains(count) else {
            throw NUMAHintsError(.usage, "\(name) are \(count) by their count, and NULL or too many")
        }
        return unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
    }
}
