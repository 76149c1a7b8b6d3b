// SPDX-License-Identifier: Apache-2.0

/// Writes values one after another, the inner ones within the outer ones.
///
/// An encoder does not hear when a container has all that it will have: what is open further in is ended as soon as
/// something further out goes on.
final class CompactJSONWriter {
    /// What holds other values.
    enum Level { case array, object }

    private var json = CompactJSON()
    private var levels: [(kind: Level, isEmpty: Bool, firstMember: Int)] = []
    /// Of all objects that are open, the outermost first.
    private var members: [CompactJSON.Member] = []
    private var isMixed = false

    func text(of value: some Encodable) throws -> String {
        try write(value, at: 0)
        guard !isMixed else {
            throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "it is two things at once"))
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Writes a value, within as many others as the depth says.
    func write(_ value: some Encodable, at depth: Int) throws {
        let start = json.bytes.count
        try value.encode(to: CompactJSONEncoder(self, depth: depth))
        end(to: depth)
        if json.bytes.count == start { json.add(word: "{}") }
    }

    func write(_ body: (inout CompactJSON) throws -> Void) rethrows { try body(&json) }

    /// Begins an array or an object, or goes on with it.
    func open(_ kind: Level, at depth: Int) {
        if levels.count > depth {
            end(to: depth + 1)
            isMixed = isMixed || levels[depth].kind != kind
        } else {
            json.add(kind == .object ? "{" : "[")
            levels.append((kind, true, members.count))
        }
    }

    /// The next value is a member of the object with that many values around its members.
    func beginMember(_ name: String, at depth: Int) {
        beginElement(at: depth)
        members.append((name, json.bytes.count))
        json.add(text: name)
        json.add(":")
    }

    /// The next value is an element of the array with that many values around its elements.
    func beginElement(at depth: Int) {
        end(to: depth)
        if !levels[depth - 1].isEmpty { json.add(",") }
        levels[depth - 1].isEmpty = false
    }

    private func end(to depth: Int) {
        while levels.count > depth, let level = levels.popLast() {
            guard level.kind == .object else {
                json.add("]")
                continue
            }
            json.sort(members[level.firstMember...])
            members.removeSubrange(level.firstMember...)
            json.add("}")
        }
    }
}
