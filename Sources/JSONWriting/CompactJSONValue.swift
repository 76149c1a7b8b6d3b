// SPDX-License-Identifier: Apache-2.0

/// A value that writes itself: what is written for each admission takes a tenth of the time that it takes as
/// `Encodable`, of which the text is the same, byte for byte.
public protocol CompactJSONValue {
    func write(to json: inout CompactJSON)
}

extension CompactJSONValue {
    /// The value as a text of its own.
    ///
    /// - Parameter size: of the text, if it is known about.
    @inlinable public func json(size: Int = 1 << 14) -> String {
        var json = CompactJSON(size: size)
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension CompactJSON {
    /// Writes an object; the body adds its members, in ascending order of their names.
    @inlinable public mutating func addObject(_ body: (inout CompactJSON) -> Void) {
        add("{")
        body(&self)
        add("}")
    }

    /// Adds a member to an object.
    ///
    /// - Parameter name: without characters that JSON escapes.
    @inlinable public mutating func add(_ name: StaticString, _ value: some CompactJSONValue) {
        add(member: name)
        value.write(to: &self)
    }

    @usableFromInline mutating func add(member name: StaticString) {
        // No value ends with an opening brace.
        if bytes.last != UInt8(ascii: "{") { add(",") }
        add("\"")
        add(word: name)
        add("\"")
        add(":")
    }

    /// Adds a member that is left out where there is no value, instead of being null.
    @inlinable public mutating func add(_ name: StaticString, ifPresent value: (some CompactJSONValue)?) {
        if let value { add(name, value) }
    }
}

extension Bool: CompactJSONValue {
    @inlinable public func write(to json: inout CompactJSON) { json.add(word: self ? "true" : "false") }
}

extension Int: CompactJSONValue {
    @inlinable public func write(to json: inout CompactJSON) { json.add(number: self) }
}

extension UInt64: CompactJSONValue {
    @inlinable public func write(to json: inout CompactJSON) { json.add(number: self) }
}

extension String: CompactJSONValue {
    @inlinable public func write(to json: inout CompactJSON) { json.add(text: self) }
}

extension Optional: CompactJSONValue where Wrapped: CompactJSONValue {
    @inlinable public func write(to json: inout CompactJSON) {
        if let self { self.write(to: &json) } else { json.add(word: "null") }
    }
}

extension Array: CompactJSONValue where Element: CompactJSONValue {
    @inlinable public func write(to json: inout CompactJSON) {
        json.add("[")
        for place in indices {
            if place > 0 { json.add(",") }
            self[place].write(to: &json)
        }
        json.add("]")
    }
}

extension Dictionary: CompactJSONValue where Key == String, Value: CompactJSONValue {
    @inlinable public func write(to json: inout CompactJSON) {
        json.addMembers(sorted { $0.key < $1.key }) { value, json in value.write(to: &json) }
    }
}

extension CompactJSON {
    /// An object whose members come in order of their names.
    @inlinable public mutating func addMembers<Value>(
        _ members: [(key: String, value: Value)], _ add: (Value, inout CompactJSON) -> Void
    ) {
        self.add("{")
        for (place, member) in members.enumerated() {
            if place > 0 { self.add(",") }
            self.add(text: member.key)
            self.add(":")
            add(member.value, &self)
        }
        self.add("}")
    }
}
