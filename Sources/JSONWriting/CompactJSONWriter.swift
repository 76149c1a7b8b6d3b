// SPDX-License-Identifier: Apache-2.0

/// What all encoders of one text write into.
///
/// An encoder does not hear when a container has all that it will have: what is open further in is ended as soon as
/// something further out goes on.
final class CompactJSONWriter {
    private var json = CompactJSON()

    func text(of value: some Encodable) throws -> String {
        try write(value, at: 0)
        guard !json.isMixed else {
            throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "it is two things at once"))
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Writes a value, within as many others as the depth says.
    func write(_ value: some Encodable, at depth: Int) throws {
        let start = json.bytes.count
        try value.encode(to: CompactJSONEncoder(self, depth: depth))
        write {
            $0.end(to: depth)
            if $0.bytes.count == start { $0.add(word: "{}") }
        }
    }

    // All at once: each access to a member of a class is looked at.
    func write(_ body: (inout CompactJSON) throws -> Void) rethrows { try body(&json) }
}
