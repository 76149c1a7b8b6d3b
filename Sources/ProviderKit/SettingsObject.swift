// SPDX-License-Identifier: Apache-2.0

private import FoundationEssentials

/// A JSON object of settings, read member by member; what is wrong is named by its path.
///
/// Ask ``allow(_:)`` first, so that no member is overlooked. A member that is null counts as absent.
public struct SettingsObject: Sendable {
    /// Where it stands: `settings`, `settings.devices[2]`.
    public let path: String
    private let members: [String: JSONValue]

    private init(path: String, members: [String: JSONValue]) {
        self.path = path
        self.members = members
    }

    /// The object that a text stands for.
    ///
    /// - Parameter place: what messages call it.
    public init(text: String, place: String = "settings") throws(ProviderError) {
        // Most providers have none, and a decoder costs more than all else of a start.
        if text == "{}" {
            self.init(path: place, members: [:])
            return
        }
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        } catch {
            throw .setting("\(place): not valid JSON: \(Self.problem(error))")
        }
        guard case .object(let members) = value else {
            throw .setting("\(place) must be an object, found \(value.kind)")
        }
        self.init(path: place, members: members)
    }

    private static func problem(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context)? = error as? DecodingError else {
            return "\(error)"
        }
        return context.debugDescription
    }

    /// The names of the members, in ascending order.
    public var names: [String] { members.keys.sorted() }

    /// Refuses members of other names.
    public func allow(_ known: [String]) throws(ProviderError) {
        guard let name = names.first(where: { !known.contains($0) }) else { return }
        throw .setting(
            "\(path) has an unknown member \"\(name)\"; known are \(known.sorted().joined(separator: ", "))")
    }

    /// Whether the member is there and not null.
    public func has(_ name: String) -> Bool { present(name) != nil }

    public func string(_ name: String) throws(ProviderError) -> String? {
        guard let value = present(name) else { return nil }
        guard case .string(let text) = value else { throw wrong(name, value, "a string") }
        return text
    }

    public func bool(_ name: String) throws(ProviderError) -> Bool? {
        guard let value = present(name) else { return nil }
        guard case .bool(let flag) = value else { throw wrong(name, value, "true or false") }
        return flag
    }

    /// A whole number from 0.
    public func number(_ name: String) throws(ProviderError) -> UInt64? {
        guard let value = present(name) else { return nil }
        guard case .number(let number) = value else { throw wrong(name, value, "a whole number from 0") }
        return number
    }

    /// One of the words allowed.
    public func word(_ name: String, of allowed: [String]) throws(ProviderError) -> String? {
        guard let text = try string(name) else { return nil }
        guard allowed.contains(text) else {
            throw wrong(name, .string(text), allowed.map { "\"\($0)\"" }.joined(separator: " or "))
        }
        return text
    }

    public func object(_ name: String) throws(ProviderError) -> SettingsObject? {
        guard let value = present(name) else { return nil }
        guard case .object(let members) = value else { throw wrong(name, value, "an object") }
        return SettingsObject(path: "\(path).\(name)", members: members)
    }

    /// An object, or a list of them.
    public func oneOrMoreObjects(_ name: String) throws(ProviderError) -> [SettingsObject]? {
        guard case .object = present(name) else { return try objects(name) }
        return try object(name).map { [$0] }
    }

    /// A list of objects.
    public func objects(_ name: String) throws(ProviderError) -> [SettingsObject]? {
        guard let elements = try list(name) else { return nil }
        var objects: [SettingsObject] = []
        for (place, element) in elements.enumerated() {
            guard case .object(let members) = element else {
                throw wrong("\(name)[\(place)]", element, "an object")
            }
            objects.append(SettingsObject(path: "\(path).\(name)[\(place)]", members: members))
        }
        return objects
    }

    /// A list of strings.
    public func strings(_ name: String) throws(ProviderError) -> [String]? {
        try list(name).map { elements throws(ProviderError) in try texts(elements, name) }
    }

    private func texts(_ elements: [JSONValue], _ name: String) throws(ProviderError) -> [String] {
        var texts: [String] = []
        for (place, element) in elements.enumerated() {
            guard case .string(let text) = element else { throw wrong("\(name)[\(place)]", element, "a string") }
            texts.append(text)
        }
        return texts
    }

    /// A list of lists of strings.
    public func stringLists(_ name: String) throws(ProviderError) -> [[String]]? {
        guard let elements = try list(name) else { return nil }
        var lists: [[String]] = []
        for (place, element) in elements.enumerated() {
            guard case .array(let inner) = element else { throw wrong("\(name)[\(place)]", element, "a list") }
            lists.append(try texts(inner, "\(name)[\(place)]"))
        }
        return lists
    }

    /// An object of which each member is a string, in ascending order of name; empty if it is absent.
    public func texts(_ name: String) throws(ProviderError) -> [(name: String, value: String)] {
        guard let object = try object(name) else { return [] }
        var texts: [(name: String, value: String)] = []
        for name in object.names { texts.append((name, try object.required(name, object.string(name)))) }
        return texts
    }

    /// The name of a countable resource, `vendor.com/device`.
    public func resourceName(_ name: String) throws(ProviderError) -> String {
        let text = try required(name, string(name))
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !text.hasSuffix("*") else {
            throw .setting("\(path).\(name) must be like vendor.com/device, found \"\(text)\"")
        }
        return text
    }

    /// A list of whole numbers from 0, below the limit.
    public func numbers(_ name: String, below limit: UInt64 = 1 << 16) throws(ProviderError) -> [Int]? {
        guard let elements = try list(name) else { return nil }
        var numbers: [Int] = []
        for (place, element) in elements.enumerated() {
            guard case .number(let number) = element, number < limit else {
                throw wrong("\(name)[\(place)]", element, "a whole number from 0 to \(limit - 1)")
            }
            numbers.append(Int(number))
        }
        return numbers
    }

    /// A list of strings, which may be written as one string with a separator between them.
    public func strings(_ name: String, separator: Character) throws(ProviderError) -> [String]? {
        guard let value = present(name) else { return nil }
        if case .string(let text) = value {
            return text.isEmpty
                ? [] : text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        }
        guard case .array(let elements) = value else { throw wrong(name, value, "a string or a list of strings") }
        var strings: [String] = []
        for (place, element) in elements.enumerated() {
            guard case .string(let text) = element else { throw wrong("\(name)[\(place)]", element, "a string") }
            strings.append(text)
        }
        return strings
    }

    /// The member, or an error that says that it is missing.
    public func required<Value>(_ name: String, _ value: Value?) throws(ProviderError) -> Value {
        guard let value else { throw .setting("\(path) has no \"\(name)\"") }
        return value
    }

    private func list(_ name: String) throws(ProviderError) -> [JSONValue]? {
        guard let value = present(name) else { return nil }
        guard case .array(let elements) = value else { throw wrong(name, value, "a list") }
        return elements
    }

    private func present(_ name: String) -> JSONValue? {
        members[name].flatMap { $0 == .null ? nil : $0 }
    }

    private func wrong(_ name: String, _ value: JSONValue, _ right: String) -> ProviderError {
        .setting("\(path).\(name) must be \(right), found \(value.kind)")
    }
}
