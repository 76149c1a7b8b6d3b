// SPDX-License-Identifier: Apache-2.0

/// What becomes of the best combination of a search in the kubelet, which keeps a slice of Go and not its
/// own copy: later combinations are written into the same memory.
///
/// The kubelet's search grows each combination by `append`. A slice that is full gets new memory of 1, 2, 4,
/// 8, 16 … elements; one that is not full is written in place. So a combination of four elements shares its
/// memory with all those that have the same first three; one of six, seven or eight with those of the same
/// first five. One of three or five elements, or fewer than three, is alone. Only followed where the settings
/// say `compat: kubelet`; otherwise the best combination stays what it was.
enum OverwrittenCombination {
    /// How a kept combination reads once the search has come to another one.
    static func kept(_ kept: [Int], after visited: [Int]) -> [Int] {
        let own = elementsBeforeSharing(kept.count)
        guard visited.count == kept.count, visited.prefix(own) == kept.prefix(own) else { return kept }
        return visited
    }

    /// How many elements two combinations of so many must have in common to share memory.
    private static func elementsBeforeSharing(_ count: Int) -> Int {
        // The memory is that of the last time when a full slice grew: from 1, 2, 4, 8 … elements.
        var grown = 0
        while max(1, grown * 2) < count { grown = max(1, grown * 2) }
        return min(grown + 1, count)
    }
}
