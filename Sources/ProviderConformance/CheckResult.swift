// SPDX-License-Identifier: Apache-2.0

/// What one check came to.
package struct CheckResult: Codable, Hashable, Sendable {
    package enum Status: String, Codable, CaseIterable, Hashable, Sendable {
        case passed, failed, skipped, crashed
        case timedOut = "timed-out"

        /// Whether it speaks against the library.
        package var isBad: Bool { self == .failed || self == .crashed || self == .timedOut }
    }

    package var name: String
    package var status: Status
    /// How many things were compared and found right.
    package var assertions = 0
    /// The call of the contract that broke the rule.
    package var call: String?
    /// What was seen instead, why there was nothing to check, or how the process ended.
    package var detail: String?
    /// What breaks no rule, but is better mended.
    package var warnings: [String] = []

    package init(name: String, status: Status, detail: String? = nil) {
        self.name = name
        self.status = status
        self.detail = detail
    }
}

/// A rule that a provider broke: the call, and what was seen.
struct BrokenPromise: Error {
    var call: String
    var evidence: String

    init(_ call: String, _ evidence: String) {
        self.call = call
        self.evidence = evidence
    }
}

/// Why a check has nothing to look at: what it would need.
struct NothingToCheck: Error {
    var why: String

    init(_ why: String) { self.why = why }
}
