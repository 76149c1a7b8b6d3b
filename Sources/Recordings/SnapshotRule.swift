// SPDX-License-Identifier: Apache-2.0

/// What a snapshot takes of the folders that a pattern names, and nothing beside it.
struct SnapshotRule: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// The content of files.
        case files
        /// Where symbolic links point to, not what is there.
        case links
        /// That something of this name is there, and nothing of it.
        case names
    }

    /// A path whose parts may have `*` and `[0-9]`, as for fnmatch(3).
    var folder: String
    /// Names in the folder, with the same signs.
    var names: [String]
    var kind: Kind
    /// Larger files are left out; those that are cut instead say so.
    var limit: Int
    var isCut: Bool

    init(_ folder: String, _ names: [String], _ kind: Kind = .files, limit: Int = 64 << 10, isCut: Bool = false) {
        self.folder = folder
        self.names = names
        self.kind = kind
        self.limit = limit
        self.isCut = isCut
    }
}
