// SPDX-License-Identifier: Apache-2.0

/// One thing in a snapshot.
public struct SnapshotEntry: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case file([UInt8])
        case folder
        case link(String)
    }

    /// Below the top folder, without a slash at its start.
    var path: String
    var content: Content

    /// How many bytes the content has.
    var size: Int {
        switch content {
        case .file(let bytes): bytes.count
        case .folder: 0
        case .link(let target): target.utf8.count
        }
    }
}

/// What a snapshot should have and has not.
public struct SnapshotGap: Hashable, Sendable {
    public var path: String
    /// In words.
    public var reason: String
}
