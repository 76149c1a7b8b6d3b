// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import NUMACore

/// A value of a JSON text whose numbers are all whole.
///
/// Objects come back with their members in ascending order of name, byte by byte.
indirect enum JSONTree: Decodable {
    struct Member {
        var name: String
        var value: JSONTree
    }

    case null
    case bool(Bool)
    case number(UInt64)
    case negative(Int64)
    case text(String)
    case list([JSONTree])
    case object([Member])

    /// Lists and objects inside each other; no file that is read here needs more than eight.
    static let depthLimit = 32

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads one JSON text.
    ///
    /// - Throws: a state error with the line, where one is known, if the text is empty, no UTF-8, no JSON,
    ///   nested too deeply, gives a name twice, or has a number that is not whole.
    static func parse(_ bytes: [UInt8], file: String) throws(NUMAHintsError) -> JSONTree {
        let source: SourceText
        do {
            source = try SourceText(bytes: bytes, file: file)
        } catch let error as NUMAHintsError {
            throw NUMAHintsError(.state, error.message, file: error.file, line: error.line)
        } catch {
            throw NUMAHintsError(.state, "cannot be read", file: file)
        }
        guard source.text.utf8.contains(where: { $0 > 0x20 }) else {
            throw NUMAHintsError(.state, "the file is empty, a JSON object is needed", file: file)
        }
        guard bytes.count == source.text.utf8.count else {
            throw NUMAHintsError(.state, "not JSON: it begins with a byte order mark", file: file, line: 1)
        }
        do {
            let tree = try JSONDecoder().decode(JSONTree.self, from: Data(source.text.utf8))
            // The decoder keeps one of two equal names in silence, and takes 1.0 for a whole number.
            var audit = JSONAudit(source)
            try audit.run()
            guard audit.nameCount == tree.nameCount else {
                throw NUMAHintsError(.state, "an object gives a name twice", file: file)
            }
            return tree
        } catch let error as NUMAHintsError {
            throw NUMAHintsError(.state, error.message, file: file, line: error.line)
        } catch let error as DecodingError {
            throw failure(error, source)
        } catch {
            throw NUMAHintsError(.state, "not JSON", file: file)
        }
    }

    init(from decoder: any Decoder) throws {
        guard decoder.codingPath.count <= Self.depthLimit else {
            throw NUMAHintsError(.state, "nested more than \(Self.depthLimit) deep")
        }
        if let object = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try object.allKeys.map { Member(name: $0.stringValue, value: try object.decode(Self.self, forKey: $0)) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        } else if var list = try? decoder.unkeyedContainer() {
            var items: [JSONTree] = []
            while !list.isAtEnd { items.append(try list.decode(Self.self)) }
            self = .list(items)
        } else {
            self = try Self.scalar(decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> JSONTree {
        if container.decodeNil() { return .null }
        if let number = try? container.decode(UInt64.self) { return .number(number) }
        if let number = try? container.decode(Int64.self) { return .negative(number) }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        // A number that is neither is refused by the audit, which can say its digits and line.
        if let number = try? container.decode(Double.self) { return .text("\(number)") }
        return .text(try container.decode(String.self))
    }

    /// The members of all objects in it.
    private var nameCount: Int {
        switch self {
        case .object(let members): members.reduce(members.count) { $0 + $1.value.nameCount }
        case .list(let items): items.reduce(0) { $0 + $1.nameCount }
        default: 0
        }
    }

    /// What this is, for messages.
    var shape: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let number): "\(number)"
        case .negative(let number): "\(number)"
        case .text(let text): "\"\(text.clipped)\""
        case .list: "a list"
        case .object: "an object"
        }
    }

    /// The decoder does not say where it stopped.
    private static func failure(_ error: DecodingError, _ source: SourceText) -> NUMAHintsError {
        var audit = JSONAudit(source)
        if audit.isCutOff {
            let line = 1 + source.text.utf8.count { $0 == 0x0A }
            return NUMAHintsError(
                .state, "not JSON: cut off after \(source.text.utf8.count) bytes", file: source.file, line: line)
        }
        guard case .dataCorrupted(let context) = error, !context.codingPath.isEmpty else {
            return NUMAHintsError(.state, "not JSON: the file is damaged", file: source.file)
        }
        let path = context.codingPath.map(\.stringValue.clipped).joined(separator: ".")
        return NUMAHintsError(.state, "not JSON: the value of \(path) is damaged", file: source.file)
    }
}
