// SPDX-License-Identifier: Apache-2.0

import SRIOVProvider
import Testing

@Suite("FunctionRange")
struct FunctionRangeTests {
    @Test(
        "ranges of the device plugin",
        arguments: [
            ("ens1f0", "ens1f0", nil), ("ens1f0#0-3", "ens1f0", [0...3]),
            ("ens1f0#1,3,5-9,23", "ens1f0", [1...1, 3...3, 5...9, 23...23]),
            ("0000:86:00.0#0", "0000:86:00.0", [0...0]),
        ] as [(String, String, [ClosedRange<Int>]?)])
    func read(text: String, owner: String, numbers: [ClosedRange<Int>]?) {
        let range = FunctionRange(text)
        #expect(range?.owner == owner)
        #expect(range?.numbers == numbers)
    }

    @Test(
        "what is none",
        arguments: [
            "", "#0-3", "a#", "a#3-1", "a#1-2-3", "a#x", "a#0#1", "a#-1", "a#1,", "a#+1", "a#12345678", "a#1 -2",
        ])
    func refused(text: String) {
        #expect(FunctionRange(text) == nil)
    }
}
