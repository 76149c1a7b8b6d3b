// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// A value in a checkpoint file that knows its place, so that a message can name it.
struct CheckpointNode {
    var tree: JSONTree
    /// Names from the outermost object on; empty for that object itself.
    var path: [String]
    var file: String

    /// The outermost value of a file.
    static func root(_ bytes: [UInt8], file: String) throws(NUMAHintsError) -> CheckpointNode {
        CheckpointNode(tree: try JSONTree.parse(bytes, file: file), path: [], file: file)
    }

    /// What messages call it.
    var name: String { path.isEmpty ? "the file" : path.map(\.clipped).joined(separator: ".") }

    func error(_ message: String) -> NUMAHintsError { NUMAHintsError(.state, message, file: file) }

    private func expected(_ what: String) -> NUMAHintsError {
        error("\(name) must be \(what), found \(tree.shape)")
    }

    /// The members of an object with fixed names.
    ///
    /// - Throws: a state error for another value, or for a member that is none of `names`.
    func members(_ names: [String]) throws(NUMAHintsError) -> CheckpointMembers {
        guard case .object(let members) = tree else { throw expected("an object") }
        for member in members where !names.contains(member.name) {
            let place = path.isEmpty ? "" : " in \(name)"
            if member.name.lowercased() == "podentries" {
                throw error(
                    "\(member.name)\(place) belongs to the alpha gate PodLevelResourceManagers, which is not "
                        + "supported; expected only \(names.joined(separator: ", "))")
            }
            throw error(
                "unknown member \"\(member.name.clipped)\"\(place), expected only \(names.joined(separator: ", "))")
        }
        return CheckpointMembers(owner: self, members: members)
    }

    /// The entries of a map in ascending order of key; nil for null.
    func entries() throws(NUMAHintsError) -> [(key: String, value: CheckpointNode)]? {
        if case .null = tree { return nil }
        guard case .object(let members) = tree else { throw expected("an object") }
        return members.map { ($0.name, CheckpointNode(tree: $0.value, path: path + [$0.name], file: file)) }
    }

    /// The entries of a map whose keys are whole numbers, in ascending order of number; nil for null.
    func numbered() throws(NUMAHintsError) -> [(key: Int, value: CheckpointNode)]? {
        guard let entries = try entries() else { return nil }
        var result: [(key: Int, value: CheckpointNode)] = []
        for (key, value) in entries {
            guard let number = Int(key), "\(number)" == key else {
                throw error("a key of \(name) must be the number of a node, found \"\(key.clipped)\"")
            }
            result.append((number, value))
        }
        return result.sorted { $0.key < $1.key }
    }

    /// The items of a list in their order; nil for null.
    func items() throws(NUMAHintsError) -> [CheckpointNode]? {
        if case .null = tree { return nil }
        guard case .list(let items) = tree else { throw expected("a list") }
        return items.enumerated().map { index, item in
            CheckpointNode(tree: item, path: path + ["\(index)"], file: file)
        }
    }

    func text() throws(NUMAHintsError) -> String {
        guard case .text(let text) = tree else { throw expected("a text") }
        return text
    }

    /// Texts in their order; nil for null.
    func texts() throws(NUMAHintsError) -> [String]? {
        guard let items = try items() else { return nil }
        var texts: [String] = []
        for item in items { texts.append(try item.text()) }
        return texts
    }

    /// Numbers in their order; nil for null.
    func integers() throws(NUMAHintsError) -> [Int]? {
        guard let items = try items() else { return nil }
        var numbers: [Int] = []
        for item in items { numbers.append(try item.integer(Int.self)) }
        return numbers
    }

    /// A whole number that the type can hold.
    func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(NUMAHintsError) -> Number {
        switch tree {
        case .number(let value): if let number = Number(exactly: value) { return number }
        case .negative(let value): if let number = Number(exactly: value) { return number }
        default: break
        }
        throw expected("a whole number from \(Number.min) to \(Number.max)")
    }

    /// A list of CPUs, such as `0-3,8`.
    func cpus() throws(NUMAHintsError) -> CPUListText {
        let text = try text()
        guard let list = CPUListText(text) else { throw expected("a list of CPUs such as \"0-3,8\"") }
        return list
    }
}

/// The members of an object in a checkpoint file.
struct CheckpointMembers {
    var owner: CheckpointNode
    var members: [JSONTree.Member]

    /// The member, or nil if it is not there.
    func optional(_ name: String) -> CheckpointNode? {
        members.first { $0.name == name }.map {
            CheckpointNode(tree: $0.value, path: owner.path + [name], file: owner.file)
        }
    }

    /// - Throws: a state error if it is not there.
    subscript(name: String) -> CheckpointNode {
        get throws(NUMAHintsError) {
            guard let node = optional(name) else {
                throw owner.error("\(name) is missing" + (owner.path.isEmpty ? "" : " in \(owner.name)"))
            }
            return node
        }
    }
}
