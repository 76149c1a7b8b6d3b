// SPDX-License-Identifier: Apache-2.0

/// A short text that is equal for equal sets of pods, by which a scheduler sees whether a
/// ``NodeResourceTopology`` accounts for the pods that it knows of.
///
/// The name of a pod is hashed with the hash of its namespace as seed; the hashes, in ascending order, are hashed
/// as eight bytes each, the lowest first. The text is the version and that sum in hexadecimal digits.
///
/// Source: k8stopologyawareschedwg/podfingerprint, `podfingerprint.go`, version `v001`.
public struct PodsFingerprint: Hashable, Sendable {
    /// Which pods of a node are meant.
    public enum Method: String, Hashable, Sendable, CaseIterable {
        /// All of them.
        case all
        /// Those that ask for something that no other pod can have at the same time.
        case withExclusiveResources = "with-exclusive-resources"
    }

    private var hashes: [UInt64] = []

    public init() {}

    /// Adds a pod; their order does not count.
    public mutating func add(namespace: String, name: String) {
        let seed = XXHash64.hash(Array(namespace.utf8))
        hashes.append(XXHash64.hash(Array(name.utf8), seed: seed))
    }

    /// `pfp0v001` and sixteen digits.
    public var text: String {
        let bytes = hashes.sorted().flatMap { hash in (0..<8).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) } }
        let digits = String(XXHash64.hash(bytes), radix: 16)
        return "pfp0v001" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
