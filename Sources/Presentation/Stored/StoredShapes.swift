// SPDX-License-Identifier: Apache-2.0

public import JSONWriting
public import NUMACore

// What is left out where it is empty or false, and sets as lists.

extension CompactJSON {
    mutating func add(_ name: StaticString, ifAny values: [some CompactJSONValue]) {
        if !values.isEmpty { add(name, values) }
    }

    mutating func add(_ name: StaticString, ifTrue isSo: Bool) {
        if isSo { add(name, true) }
    }

    /// As ``NumberSet/list`` has it.
    fileprivate mutating func add(list set: some NumberSet) {
        add("\"")
        var (first, last): (Int?, Int) = (nil, 0)
        for member in set {
            if let run = first {
                if member == last + 1 {
                    last = member
                    continue
                }
                add(run, through: last)
                add(",")
            }
            (first, last) = (member, member)
        }
        if let first { add(first, through: last) }
        add("\"")
    }

    private mutating func add(_ first: Int, through last: Int) {
        add(number: first)
        if last > first {
            add("-")
            add(number: last)
        }
    }
}

extension KeyedDecodingContainer {
    func decode<Value: Decodable>(all type: Value.Type, _ key: Key) throws -> [Value] {
        try decodeIfPresent([Value].self, forKey: key) ?? []
    }

    func decode(whether key: Key) throws -> Bool { try decodeIfPresent(Bool.self, forKey: key) ?? false }

    /// A list of lists of two texts.
    func decode(pairs key: Key) throws -> [(String, String)] {
        try decode(all: [String].self, key).map { pair in
            guard pair.count == 2 else {
                throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "it is no pair")
            }
            return (pair[0], pair[1])
        }
    }
}

extension NUMANodeMask: CompactJSONValue, Decodable {
    public func write(to json: inout CompactJSON) { json.add(list: self) }
    public init(from decoder: any Decoder) throws { self = try Self.read(from: decoder) }
}

extension CPUSet: CompactJSONValue, Decodable {
    public func write(to json: inout CompactJSON) { json.add(list: self) }
    public init(from decoder: any Decoder) throws { self = try Self.read(from: decoder) }
}

extension NumberSet {
    fileprivate static func read(from decoder: any Decoder) throws -> Self {
        let container = try decoder.singleValueContainer()
        let list = try container.decode(String.self)
        guard let set = Self(list: list, limit: 1 << 24) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(list) is no list of numbers")
        }
        return set
    }
}

extension ResourceName: Decodable {}
