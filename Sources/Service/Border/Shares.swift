// SPDX-License-Identifier: Apache-2.0

/// So much of something, of which those who may only read have half together and a quarter each, so that whatever they do
/// there is some left for those who may change something.
struct Shares {
    private let limit: Int
    private var users: [UInt32: Int] = [:]
    private var others = 0
    private(set) var count = 0

    init(_ limit: Int) { self.limit = limit }

    /// - Returns: whether there was one left for this user.
    mutating func take(_ user: UInt32, isTrusted: Bool) -> Bool {
        guard count < limit else { return false }
        if !isTrusted {
            guard others < max(1, limit / 2), users[user, default: 0] < max(1, limit / 4) else { return false }
            others += 1
            users[user, default: 0] += 1
        }
        count += 1
        return true
    }

    /// Gives one back that was taken.
    mutating func give(_ user: UInt32, isTrusted: Bool) {
        count -= 1
        guard !isTrusted else { return }
        others -= 1
        let left = users[user, default: 1] - 1
        users[user] = left > 0 ? left : nil
    }
}
