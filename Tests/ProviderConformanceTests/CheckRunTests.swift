// SPDX-License-Identifier: Apache-2.0

import ProviderConformance
import Testing

@Suite("Runs of checks")
struct CheckRunTests {
    @Test("what a check needs comes before it, and names come once")
    func order() {
        var seen: Set<String> = []
        for check in Checks.all {
            for need in check.needs { #expect(seen.contains(need), "\(check.name) needs \(need)") }
            #expect(seen.insert(check.name).inserted, "\(check.name) twice")
            #expect(check.name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)+/) != nil, "\(check.name)")
            #expect(check.summary.hasSuffix(".") || check.summary.hasSuffix(")."), "\(check.name): \(check.summary)")
        }
        #expect(Checks.all.count >= 60)
    }
}
