// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What only one container can have.
enum Exclusive {
    /// Whether both pieces name one CPU or one device.
    static func overlap(_ one: Assignment, _ other: Assignment) -> Bool {
        guard one.resource == other.resource else { return false }
        switch (one.piece, other.piece) {
        case (.cpus(let mine), .cpus(let theirs)): return mine.intersects(theirs)
        case (.device(let mine, _), .device(let theirs, _)): return mine == theirs
        default: return false
        }
    }

    /// How much of its resource a piece is.
    static func quantity(_ piece: Assignment) -> UInt64 {
        switch piece.piece {
        case .cpus(let cpus): UInt64(cpus.count) * 1000
        case .memory(_, let bytes, _): bytes
        case .device: 1
        }
    }
}
