// SPDX-License-Identifier: Apache-2.0

/// A merge line as it stands in the file. Keys that are not named here are ignored.
struct MergeRecord: Decodable {
    struct Options: Decodable {
        var preferClosestNUMA: Bool?
    }

    struct Hint: Decodable {
        var nodes: [Int]?
        var preferred: Bool
    }

    struct Expectation: Decodable {
        var admit: Bool
        var best: Hint
    }

    var id: String
    var policy: String
    var options: Options?
    var numaNodes: [Int]?
    var distances: [[UInt64]]?
    /// In the order of registration; a provider or a resource that is null has no preference.
    var providers: [[String: [Hint]?]?]?
    var expect: Expectation?
}
