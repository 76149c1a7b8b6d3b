// SPDX-License-Identifier: Apache-2.0

/// What a line says about which pod it means: some say the name alone, some the UID alone.
public struct PodReference: Hashable, Sendable {
    public var namespace: String?
    public var name: String?
    public var uid: String?

    public init(namespace: String? = nil, name: String? = nil, uid: String? = nil) {
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }

    /// Reads `namespace/name`, `name_namespace(uid)`, a UID, or a name.
    init(_ text: String) {
        if let open = text.lastIndex(of: "("), text.last == ")", let bar = text[..<open].lastIndex(of: "_") {
            name = String(text[..<bar])
            namespace = String(text[text.index(after: bar)..<open])
            uid = String(text[text.index(after: open)..<text.index(before: text.endIndex)])
        } else if let slash = text.firstIndex(of: "/") {
            namespace = String(text[..<slash])
            name = String(text[text.index(after: slash)...])
        } else if Self.isUID(text) {
            uid = text
        } else {
            name = text
        }
    }

    /// Reads what `klog.KObj` becomes: a text, or an object with `name` and `namespace`.
    init?(_ value: LooseValue?) {
        guard let value else { return nil }
        if let text = value.string, !text.isEmpty {
            self.init(text)
        } else if let name = value.member("name")?.string {
            self.init(namespace: value.member("namespace")?.string, name: name)
        } else {
            return nil
        }
    }

    /// Whether both can mean one pod, as far as they say.
    func agrees(with other: PodReference) -> Bool {
        if let uid, let theirs = other.uid { return uid == theirs }
        guard let name, let theirs = other.name else { return false }
        if let namespace, let space = other.namespace, namespace != space { return false }
        return name == theirs
    }

    /// Adds what another line says about the same pod.
    mutating func add(_ other: PodReference) {
        namespace = namespace ?? other.namespace
        name = name ?? other.name
        uid = uid ?? other.uid
    }

    /// Whether somebody who looks for this word means the pod: its UID, its name, or `namespace/name`.
    public func isNamed(_ word: String) -> Bool {
        if word == uid || word == name { return true }
        guard let namespace, let name else { return false }
        return word == "\(namespace)/\(name)"
    }

    /// For people.
    public var label: String {
        guard let name else { return uid.map { "uid/\($0)" } ?? "not named" }
        return namespace.map { "\($0)/\(name)" } ?? name
    }

    /// 36 characters with bars as most have it, or the 32 of a static pod.
    private static func isUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isHexadecimal(_ byte: UInt8) -> Bool {
            byte.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
        }
        if bytes.count == 32 { return bytes.allSatisfy(isHexadecimal) }
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { place, byte in
            [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : isHexadecimal(byte)
        }
    }
}
