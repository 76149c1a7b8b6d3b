// SPDX-License-Identifier: Apache-2.0

extension ReplayAnswer {
    /// The answer as JSON: what is nil is left out, names ascend.
    public var json: JSONText {
        .object(
            [
                admit.map { ("admit", .bool($0)) }, reason.map { ("reason", .string($0)) },
                qosClass.map { ("qosClass", .string($0)) },
                containers.map { ("containers", .array($0.map(\.json))) },
                readmitted.map { ("readmitted", .array($0.map(\.json))) }, state.map { ("state", $0.json) },
            ].compactMap { $0 })
    }
}

extension ReplayAnswer.Hint {
    var json: JSONText {
        .object([("nodes", nodes.map(JSONText.numbers) ?? .null), ("preferred", .bool(preferred))])
    }
}

extension ReplayAnswer.Block {
    var json: JSONText {
        .object([("nodes", .numbers(nodes)), ("type", .string(type)), ("size", .number(size))])
    }
}

extension ReplayAnswer.Node {
    var json: JSONText {
        .object([
            ("id", .number(UInt64(clamping: id))),
            ("numberOfAssignments", .number(UInt64(clamping: numberOfAssignments))), ("cells", .numbers(cells)),
            ("free", .map(free) { .number($0) }),
        ])
    }
}

extension ReplayAnswer.State {
    var json: JSONText {
        .object(
            [
                ("defaultCpuSet", defaultCpuSet.map(JSONText.string) ?? .null),
                memory.map { ("memory", .array($0.map(\.json))) },
                devicesInUse.map { ("devicesInUse", .map($0) { .array($0.map(JSONText.string)) }) },
            ].compactMap { $0 })
    }
}

extension ReplayAnswer.Readmission {
    var json: JSONText {
        .object(
            [
                ("uid", .string(uid)), ("admit", .bool(admit)), reason.map { ("reason", .string($0)) },
                containers.map { ("containers", .array($0.map(\.json))) },
            ].compactMap { $0 })
    }
}

extension ReplayContainer {
    var json: JSONText {
        .object(
            [
                ("name", .string(name)), hint.map { ("hint", $0.json) },
                cpuset.map { ("cpuset", $0.map(JSONText.string) ?? .null) },
                memory.map { ("memory", .array($0.map(\.json))) },
                devices.map { ("devices", .map($0) { .array($0.map(JSONText.string)) }) },
                devicesByNUMA.map { ("devicesByNUMA", .map($0) { .map($0) { .number(UInt64(clamping: $0)) } }) },
                providerHints.map { ("providerHints", .map($0) { .array($0.map(\.json)) }) },
            ].compactMap { $0 })
    }
}

extension JSONText {
    fileprivate static func numbers(_ numbers: [Int]) -> JSONText {
        .array(numbers.map { .number(UInt64(clamping: $0)) })
    }

    /// Members in ascending order of name.
    fileprivate static func map<Value>(_ values: [String: Value], _ json: (Value) -> JSONText) -> JSONText {
        .object(values.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) })
    }
}
