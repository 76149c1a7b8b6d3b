// SPDX-License-Identifier: Apache-2.0

import Foundation
public import NUMACore

/// Reads a file of vectors, JSON Lines; nothing if no folder of vectors is given, or it lacks the file.
public func vectorLines<Case: Decodable>(_ file: String, as type: Case.Type) throws -> [Case] {
    guard let path = TestEnvironment.vectors?.appendingPathComponent(file),
        let data = try? Data(contentsOf: path)
    else { return [] }
    return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(type, from: $0) }
}

/// A hint as the vectors write it.
public struct VectorHint: Decodable, Hashable, Sendable {
    public var nodes: [Int]?
    public var preferred: Bool

    /// As a value.
    public var hint: TopologyHint {
        TopologyHint(nodes: nodes.map { NUMANodeMask($0) }, isPreferred: preferred)
    }
}
