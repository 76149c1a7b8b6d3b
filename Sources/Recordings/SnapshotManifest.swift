// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NUMACore

/// What a snapshot says of itself, in a file of its own.
struct SnapshotManifest: Codable, Hashable {
    static let name = "snapshot.json"
    static let format = 1

    /// What a later version could change.
    var format: Int
    /// Where the kubelet's files were.
    var kubeletRoot: String?
    /// Where the ledger was.
    var ledger: String?

    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ((try? encoder.encode(self)).map(Array.init) ?? []) + [0x0A]
    }

    /// Reads what a stranger may have written.
    init(reading bytes: [UInt8], archive: String) throws(NUMAHintsError) {
        guard let read = try? JSONDecoder().decode(SnapshotManifest.self, from: Data(bytes)) else {
            throw NUMAHintsError(.input, "its \(Self.name) is damaged", file: archive)
        }
        guard read.format == Self.format else {
            throw NUMAHintsError(
                .input, "a snapshot of format \(read.format); this program reads format \(Self.format)", file: archive)
        }
        for path in [read.kubeletRoot, read.ledger] where !(path.map(Self.isPlain) ?? true) {
            throw NUMAHintsError(.input, "its \(Self.name) names a path that cannot be", file: archive)
        }
        self = read
    }

    init(kubeletRoot: String?, ledger: String?) {
        self.format = Self.format
        self.kubeletRoot = kubeletRoot
        self.ledger = ledger
    }

    /// It is shown in messages of one line.
    static func isPlain(_ path: String) -> Bool {
        (1...1024).contains(path.utf8.count) && path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
    }
}
