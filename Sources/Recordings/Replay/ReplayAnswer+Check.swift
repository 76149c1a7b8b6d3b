// SPDX-License-Identifier: Apache-2.0

extension ReplayAnswer {
    /// What of the expectation does not hold, field by field: `containers[0].cpuset: "1-3", expected "1-4"`.
    ///
    /// What the expectation does not say is not compared. Blocks, cells and devices come in any order.
    public func differences(from expected: ReplayAnswer) -> [String] {
        var found = Differences()
        found.compare("admit", admit, expected.admit) { .bool($0) }
        found.compare("reason", reason, expected.reason) { .string($0) }
        found.compare("qosClass", qosClass, expected.qosClass) { .string($0) }
        if let wanted = expected.containers { found.compare("", containers ?? [], wanted) }
        if let wanted = expected.readmitted { compare(wanted, &found) }
        if let wanted = expected.state { compare(wanted, &found) }
        return found.lines
    }

    private func compare(_ wanted: [Readmission], _ found: inout Differences) {
        let own = readmitted ?? []
        found.compare("readmitted", own.map(\.uid), wanted.map(\.uid)) { .array($0.map { .string($0) }) }
        for (index, (mine, theirs)) in zip(own, wanted).enumerated() {
            let place = "readmitted[\(index)]."
            found.compare(place + "admit", mine.admit, theirs.admit) { .bool($0) }
            found.compare(place + "reason", mine.reason, theirs.reason) { .string($0) }
            if let containers = theirs.containers { found.compare(place, mine.containers ?? [], containers) }
        }
    }

    private func compare(_ wanted: State, _ found: inout Differences) {
        found.compare("state.defaultCpuSet", state?.defaultCpuSet, wanted.defaultCpuSet) { .string($0) }
        found.compare("state.devicesInUse", state?.devicesInUse?.sortedLists, wanted.devicesInUse?.sortedLists) {
            State(defaultCpuSet: nil, memory: nil, devicesInUse: $0).json
        }
        guard let nodes = wanted.memory else { return }
        let own = state?.memory ?? []
        found.compare("state.memory", own.map(\.id), nodes.map(\.id)) {
            .array($0.map { .number(UInt64(clamping: $0)) })
        }
        for (index, (mine, theirs)) in zip(own, nodes).enumerated() {
            var (mine, theirs) = (mine, theirs)
            mine.cells.sort()
            theirs.cells.sort()
            found.compare("state.memory[\(index)]", mine, theirs) { $0.json }
        }
    }
}

/// The lines of a comparison.
private struct Differences {
    var lines: [String] = []

    /// Notes a value that is not the one wanted, if one is wanted.
    mutating func compare<Value: Equatable>(
        _ field: String, _ value: Value?, _ wanted: Value?, _ json: (Value) -> JSONText
    ) {
        guard let wanted, value != wanted else { return }
        lines.append("\(field): \(value.map { json($0).text } ?? "nothing"), expected \(json(wanted).text)")
    }

    mutating func compare(_ place: String, _ containers: [ReplayContainer], _ wanted: [ReplayContainer]) {
        compare(place + "containers", containers.map(\.name), wanted.map(\.name)) { .array($0.map { .string($0) }) }
        for (index, (mine, theirs)) in zip(containers, wanted).enumerated() where mine.name == theirs.name {
            let field = "\(place)containers[\(index)]."
            compare(field + "hint", mine.hint, theirs.hint) { $0.json }
            compare(field + "cpuset", mine.cpuset, theirs.cpuset) { $0.map(JSONText.string) ?? .null }
            compare(field + "memory", mine.memory.map(sorted), theirs.memory.map(sorted)) {
                .array($0.map(\.json))
            }
            compare(field + "devices", mine.devices?.sortedLists, theirs.devices?.sortedLists) {
                .object($0.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value.map(JSONText.string))) })
            }
            compare(field + "devicesByNUMA", mine.devicesByNUMA, theirs.devicesByNUMA) { counts in
                var only = ReplayContainer(name: mine.name)
                only.devicesByNUMA = counts
                return only.json
            }
            compare(field + "providerHints", mine.providerHints, theirs.providerHints) { hints in
                var only = ReplayContainer(name: mine.name)
                only.providerHints = hints
                return only.json
            }
        }
    }

    private func sorted(_ blocks: [ReplayAnswer.Block]) -> [ReplayAnswer.Block] {
        blocks.sorted { ($0.type, $0.nodes.description, $0.size) < ($1.type, $1.nodes.description, $1.size) }
    }
}

extension [String: [String]] {
    fileprivate var sortedLists: [String: [String]] { mapValues { $0.sorted() } }
}
