// SPDX-License-Identifier: Apache-2.0

/// A sentence for people, with what programs need of it.
public struct Reason: Hashable, Sendable, CustomStringConvertible {
    /// Something that the sentence mentions: `node`, `free`, `requested`.
    public struct Fact: Hashable, Sendable {
        public var key: String
        public var value: String

        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Starts in lower case, ends without a full stop, names the thing and the numbers.
    public var text: String
    /// A lasting word for programs, e.g. `not-enough-cpus`.
    public var code: String?
    public var facts: [Fact]

    public init(_ text: String, code: String? = nil, facts: [Fact] = []) {
        self.text = text
        self.code = code
        self.facts = facts
    }

    public var description: String { text }
}
