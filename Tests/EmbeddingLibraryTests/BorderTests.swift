// SPDX-License-Identifier: Apache-2.0

import CNUMAHints
import Embedding
import Glibc
import NUMACore
import TestSupport
import Testing

@Suite("The border of the library for C")
struct BorderTests {
    /// What a call whose body throws comes to.
    private func outcome(of error: NUMAHintsError) throws -> (status: Int, text: String) {
        var text: UnsafeMutablePointer<CChar>?
        let status = unsafe Border.run(nil, &text) { () throws(NUMAHintsError) in throw error }
        defer { unsafe free(text) }
        let words = unsafe try #require(text)
        return (Int(status), unsafe String(cString: words))
    }

    @Test("a bug of ours is told as one, and not as something that the caller did")
    func bug() throws {
        let found = try outcome(of: NUMAHintsError(.bug, "nothing was decided"))
        #expect(found.status == NUMA_HINTS_INTERNAL)
        #expect(found.text.contains("nothing was decided"))
    }

    @Test("every other error has a status of its own")
    func statuses() throws {
        let codes: [NUMAHintsError.Code] = [.usage, .input, .machine, .provider, .state, .closed]
        let statuses = try codes.map { try outcome(of: NUMAHintsError($0, "words")).status }
        #expect(
            statuses == [
                NUMA_HINTS_INVALID, NUMA_HINTS_INPUT, NUMA_HINTS_MACHINE, NUMA_HINTS_PROVIDER, NUMA_HINTS_STATE,
                NUMA_HINTS_CLOSED,
            ])
    }

    @Test("what a failed call would hand out is NULL")
    func cleared() {
        var document = unsafe strdup("of an older call")
        defer { unsafe free(document) }
        let old = unsafe document
        _ = unsafe Border.run(&document, nil) { () throws(NUMAHintsError) in throw NUMAHintsError(.bug, "words") }
        #expect(unsafe document == nil)
        unsafe free(old)
    }
}
