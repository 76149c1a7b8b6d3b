// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import NUMACore
import Recordings

/// The content of a file of vectors, plain or gzip: of the folder of vectors that is given, else of those that
/// the project carries.
public func vectorData(_ file: String) throws -> Data {
    for folder in [TestEnvironment.vectors, TestEnvironment.root.appendingPathComponent("Tests/Vectors")] {
        for name in [file, file + ".gz"] {
            guard let url = folder?.appendingPathComponent(name), let data = try? Data(contentsOf: url) else {
                continue
            }
            return try Gzip.inflated(data, file: url.path)
        }
    }
    throw NUMAHintsError(.input, "is in no folder of vectors", file: file)
}

/// Reads a file of vectors, JSON Lines.
public func vectorLines<Case: Decodable>(_ file: String, as type: Case.Type) throws -> [Case] {
    try vectorData(file).split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(type, from: $0) }
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
