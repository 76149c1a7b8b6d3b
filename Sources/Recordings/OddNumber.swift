// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The first number of a JSON text that is no whole number from 0 to 2^64 - 1, with its place; nil if there is
/// none. The decoder says of such a text only that it is no JSON.
struct OddNumber: Decodable, CustomStringConvertible {
    let description: String

    static func first(in text: Data) -> OddNumber? { try? JSONDecoder().decode(OddNumber.self, from: text) }

    private struct NotThere: Error {}

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            for key in object.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
                guard let found = try? object.decode(OddNumber.self, forKey: key) else { continue }
                self = found
                return
            }
            throw NotThere()
        }
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd {
                // What holds none is gone past as something that is always there.
                if let found = try? list.decode(OddNumber.self) {
                    self = found
                    return
                }
                _ = try list.decode(Anything.self)
            }
            throw NotThere()
        }
        let value = try decoder.singleValueContainer()
        guard (try? value.decode(UInt64.self)) == nil, let number = try? value.decode(Double.self) else {
            throw NotThere()
        }
        let place = decoder.codingPath.map(JSONProblem.step).joined().drop { $0 == "." }
        description = "\(place.isEmpty ? "the line" : String(place)): \(number), expected a whole number from 0"
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
