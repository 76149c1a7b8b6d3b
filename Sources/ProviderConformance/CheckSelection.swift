// SPDX-License-Identifier: Apache-2.0

package import NUMACore

/// Which checks are meant by names and patterns.
package enum CheckSelection {
    /// The checks that the patterns name, in the order of all.
    ///
    /// - Parameter patterns: names, or patterns in which `*` stands for any characters; none means all.
    /// - Throws: of code `usage` if a pattern names no check.
    package static func checks(_ patterns: [String], of all: [Check] = Checks.all) throws(NUMAHintsError) -> [Check] {
        for pattern in patterns where !all.contains(where: { matches($0.name, pattern) }) {
            throw NUMAHintsError(.usage, "no check is called \"\(pattern)\"; --list names them all")
        }
        return patterns.isEmpty ? all : all.filter { check in patterns.contains { matches(check.name, $0) } }
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return name == pattern }
        var rest = Substring(name)
        for (place, part) in parts.enumerated() {
            if place == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if place == parts.count - 1 {
                return rest.hasSuffix(part)
            } else {
                guard let found = rest.firstRange(of: part) else { return false }
                rest = rest[found.upperBound...]
            }
        }
        return true
    }
}
