// SPDX-License-Identifier: Apache-2.0

import Foundation
public import NUMACore

/// Reads a file of vectors, JSON Lines: of the folder of vectors that is given, else the compact part of it
/// that the project carries; nothing if neither has the file.
public func vectorLines<Case: Decodable>(_ file: String, as type: Case.Type) throws -> [Case] {
    let folder = TestEnvironment.vectors ?? TestEnvironment.root.appendingPathComponent("Tests/Vectors")
    guard let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else { return [] }
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
