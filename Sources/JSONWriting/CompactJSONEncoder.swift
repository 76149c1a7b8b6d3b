// SPDX-License-Identifier: Apache-2.0

/// The place of one value in the JSON that is written.
struct CompactJSONEncoder: Encoder {
    private let writer: CompactJSONWriter
    private let depth: Int

    init(_ writer: CompactJSONWriter, depth: Int) { (self.writer, self.depth) = (writer, depth) }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        writer.write { $0.open(.object, at: depth) }
        return KeyedEncodingContainer(Object(writer: writer, depth: depth + 1))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        writer.write { $0.open(.array, at: depth) }
        return Array(writer: writer, depth: depth + 1)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(writer: writer, depth: depth) }
}

extension CompactJSONEncoder {
    struct Object<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let writer: CompactJSONWriter
        let depth: Int
        var codingPath: [any CodingKey] { [] }

        func encodeNil(forKey key: Key) {
            writer.write {
                $0.beginMember(key.stringValue, at: depth)
                $0.add(word: "null")
            }
        }

        func encode(_ value: String, forKey key: Key) {
            writer.write {
                $0.beginMember(key.stringValue, at: depth)
                $0.add(text: value)
            }
        }

        func encode(_ value: Bool, forKey key: Key) {
            writer.write {
                $0.beginMember(key.stringValue, at: depth)
                $0.add(word: value ? "true" : "false")
            }
        }

        func encode(_ value: Int, forKey key: Key) {
            writer.write {
                $0.beginMember(key.stringValue, at: depth)
                $0.add(number: value)
            }
        }

        func encode(_ value: UInt64, forKey key: Key) {
            writer.write {
                $0.beginMember(key.stringValue, at: depth)
                $0.add(number: value)
            }
        }

        func encode(_ value: some Encodable, forKey key: Key) throws {
            writer.write { $0.beginMember(key.stringValue, at: depth) }
            try writer.write(value, at: depth)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            superEncoder(forKey: key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            superEncoder(forKey: key).unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            writer.write { $0.beginMember("super", at: depth) }
            return CompactJSONEncoder(writer, depth: depth)
        }

        func superEncoder(forKey key: Key) -> any Encoder {
            writer.write { $0.beginMember(key.stringValue, at: depth) }
            return CompactJSONEncoder(writer, depth: depth)
        }
    }

    struct Array: UnkeyedEncodingContainer {
        let writer: CompactJSONWriter
        let depth: Int
        private(set) var count = 0
        var codingPath: [any CodingKey] { [] }

        init(writer: CompactJSONWriter, depth: Int) { (self.writer, self.depth) = (writer, depth) }

        mutating func encodeNil() {
            begin()
            writer.write { $0.add(word: "null") }
        }

        mutating func encode(_ value: some Encodable) throws {
            begin()
            try writer.write(value, at: depth)
        }

        mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            superEncoder().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

        mutating func superEncoder() -> any Encoder {
            begin()
            return CompactJSONEncoder(writer, depth: depth)
        }

        private mutating func begin() {
            writer.write { $0.beginElement(at: depth) }
            count += 1
        }
    }

    struct Single: SingleValueEncodingContainer {
        let writer: CompactJSONWriter
        let depth: Int
        var codingPath: [any CodingKey] { [] }

        func encodeNil() { writer.write { $0.add(word: "null") } }
        func encode(_ value: Bool) { writer.write { $0.add(word: value ? "true" : "false") } }
        func encode(_ value: String) { writer.write { $0.add(text: value) } }
        func encode(_ value: Double) throws { try writer.write { try $0.add(number: value) } }
        func encode(_ value: Float) throws { try writer.write { try $0.add(number: value) } }
        func encode(_ value: Int) { writer.write { $0.add(number: value) } }
        func encode(_ value: Int8) { writer.write { $0.add(number: value) } }
        func encode(_ value: Int16) { writer.write { $0.add(number: value) } }
        func encode(_ value: Int32) { writer.write { $0.add(number: value) } }
        func encode(_ value: Int64) { writer.write { $0.add(number: value) } }
        func encode(_ value: UInt) { writer.write { $0.add(number: value) } }
        func encode(_ value: UInt8) { writer.write { $0.add(number: value) } }
        func encode(_ value: UInt16) { writer.write { $0.add(number: value) } }
        func encode(_ value: UInt32) { writer.write { $0.add(number: value) } }
        func encode(_ value: UInt64) { writer.write { $0.add(number: value) } }
        func encode(_ value: some Encodable) throws { try value.encode(to: CompactJSONEncoder(writer, depth: depth)) }
    }
}
