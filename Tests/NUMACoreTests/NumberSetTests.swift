// SPDX-License-Identifier: Apache-2.0

import NUMACore
import TestSupport
import Testing

@Suite("Masks of nodes")
struct NumberSetTests {
    /// Numbers around the borders of words.
    private func members(_ random: inout SeededGenerator) -> Set<Int> {
        let top = [8, 64, 65, 200, 1100].randomElement(using: &random) ?? 8
        return Set(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in Int.random(in: 0..<top, using: &random) })
    }

    @Test("the algebra of sets, against Set<Int>")
    func algebra() {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<TestEnvironment.cases(2000) {
            let (left, right) = (members(&random), members(&random))
            let (a, b) = (NUMANodeMask(left), NUMANodeMask(right))
            let comment: Comment = "seed \(TestEnvironment.seed): \(left) \(right)"
            #expect(a.members == left.sorted(), comment)
            #expect(a.count == left.count && a.isEmpty == left.isEmpty, comment)
            #expect(a.first == left.min() && a.last == left.max(), comment)
            #expect(a.union(b) == NUMANodeMask(left.union(right)), comment)
            #expect(a.intersection(b) == NUMANodeMask(left.intersection(right)), comment)
            #expect(a.subtracting(b) == NUMANodeMask(left.subtracting(right)), comment)
            #expect(a.isSubset(of: b) == left.isSubset(of: right), comment)
            #expect(a.intersects(b) == !left.isDisjoint(with: right), comment)
            let highest = left.symmetricDifference(right).max()
            #expect((a < b) == (highest.map(right.contains) ?? false), comment)
            #expect(a.hashValue == NUMANodeMask(left.shuffled(using: &random)).hashValue, comment)
            var changed = a
            for member in right { changed.remove(member) }
            #expect(changed == a.subtracting(b), comment)
            #expect(right.allSatisfy { !changed.contains($0) && b.contains($0) }, comment)
            #expect(BitWords(words: a.bits.words) == a.bits, comment)
            #expect(NUMANodeMask(list: a.list) == a, comment)
        }
    }

    @Test("negative numbers are no members")
    func negative() {
        var mask = NUMANodeMask([-1, 3])
        mask.insert(-64)
        mask.remove(-3)
        #expect(mask == [3])
        #expect(!mask.contains(-1) && !mask.contains(-64))
    }

    @Test("narrower: fewer nodes, then the lower number")
    func narrower() {
        #expect(NUMANodeMask([9]).isNarrower(than: [0, 1]))
        #expect(NUMANodeMask([0, 3]).isNarrower(than: [1, 3]))
        #expect(!NUMANodeMask([1]).isNarrower(than: [1]))
        #expect(NUMANodeMask([1, 2]).isNarrower(than: [0, 3]))
        #expect(NUMANodeMask([63]).isNarrower(than: [64]))
    }

    @Test(
        "lists that are read",
        arguments: [
            ("", []), ("\n", []), ("0", [0]), ("0-3,8,10-11\n", [0, 1, 2, 3, 8, 10, 11]), (" 5 \0", [5]),
            ("3,1", [1, 3]), ("1-2,2-3", [1, 2, 3]), ("65535", [65535]), ("007", [7]),
        ])
    func lists(text: String, members: [Int]) {
        #expect(NUMANodeMask(list: text)?.members == members)
    }

    @Test(
        "lists that are none",
        arguments: [
            ",", "1,", ",1", "a", "1-", "-1", "3-1", "1--2", "1-2-3", "1 2", "0x1", "65536", "1-65536", "1;2",
            "99999999999999999999", "１",
        ])
    func noLists(text: String) { #expect(NUMANodeMask(list: text) == nil) }

    @Test("lists that are written")
    func written() {
        #expect(NUMANodeMask([0, 1, 2, 8, 10, 11]).list == "0-2,8,10-11")
        #expect(NUMANodeMask().list.isEmpty)
        #expect("\(CPUSet([1, 64]))" == "{1,64}")
    }
}
