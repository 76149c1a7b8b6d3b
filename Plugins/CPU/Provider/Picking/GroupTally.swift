// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The CPUs that are available, counted for the groups of each level.
///
/// A machine has one of which everything is available; a picking starts from a copy.
struct GroupTally: Hashable, Sendable {
    /// The levels of each CPU one after the other: the place of its group among the counts.
    private let places: [Int]
    /// By level: the place of its group 0.
    private let starts: [Int]
    private let levels: Int
    private var counts: [Int]

    /// - Parameters:
    ///   - lists: by level, then by group, its CPUs.
    ///   - groups: by level, then by CPU, its group.
    init(_ lists: [[[Int]]], groups: [[Int]]) {
        levels = lists.count
        var starts: [Int] = []
        var sum = 0
        for list in lists {
            starts.append(sum)
            sum += list.count
        }
        var places: [Int] = []
        for cpu in 0..<(groups.first?.count ?? 0) {
            for level in lists.indices { places.append(starts[level] + groups[level][cpu]) }
        }
        self.starts = starts
        self.places = places
        counts = Array(repeating: 0, count: sum)
    }

    /// The available CPUs of a group.
    func count(_ group: Int, _ level: CPUTopology.Level) -> Int { counts[starts[level.rawValue] + group] }

    /// Adds to the counts of each group of these CPUs, once for each CPU.
    mutating func add(_ amount: Int, for cpus: CPUSet) {
        let (places, levels) = (places, levels)
        var counts = counts.mutableSpan
        for cpu in cpus {
            for place in cpu * levels..<(cpu + 1) * levels { counts[places[place]] += amount }
        }
    }
}
