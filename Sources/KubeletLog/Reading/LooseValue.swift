// SPDX-License-Identifier: Apache-2.0

/// A value as logs write it: JSON, or what Go prints with `%v` and `%+v`.
///
/// Source: https://pkg.go.dev/fmt: maps as `map[key:value key:value]`, structs as `{value value}` or
/// `{Name:value Name:value}`, slices as `[value value]`, nil as `<nil>`.
indirect enum LooseValue: Equatable {
    struct Member: Equatable {
        /// Empty where the value stands alone.
        var name: String
        /// Whether the name stands in quotes, as in JSON.
        var isQuoted: Bool
        var value: LooseValue
    }

    /// Without quotes: a number, `true`, `null`, `<nil>`, an address.
    case word(String)
    /// In quotes.
    case text(String)
    case list([LooseValue])
    /// `isMap` is for Go's `map[...]`.
    case members([Member], isMap: Bool)

    /// The member of this name, if there is one.
    func member(_ name: String) -> LooseValue? {
        guard case .members(let members, _) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// What it says, for a word or a text.
    var string: String? {
        switch self {
        case .word(let text), .text(let text): text
        case .list, .members: nil
        }
    }

    var isNull: Bool { self == .word("null") || self == .word("<nil>") || self == .word("nil") }
    var isJSON: Bool {
        guard case .members(let members, let isMap) = self else { return false }
        return !isMap && members.allSatisfy(\.isQuoted)
    }
}
