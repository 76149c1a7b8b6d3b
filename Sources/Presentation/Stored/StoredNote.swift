// SPDX-License-Identifier: Apache-2.0

/// What a ledger keeps with a number: a decision, or what was written of something else as it is to be shown.
public enum StoredNote: Decodable, Sendable {
    case decision(StoredTrace)
    /// With `time`, `summary` and `text`; a decision of a version that did not keep what it was made from is one too.
    case value(StoredValue)

    private enum Key: String, CodingKey { case trace }

    public init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Key.self), members.contains(.trace) {
            self = .decision(try StoredTrace(from: decoder))
        } else {
            self = .value(try StoredValue(from: decoder))
        }
    }
}
