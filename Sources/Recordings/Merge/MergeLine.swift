// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import NUMACore

/// One merge in a file: the machine, the policy, the hints, and what is expected.
///
/// Hints may name nodes that the machine does not have; the merge cuts them.
public struct MergeLine: Hashable, Sendable {
    /// What should come out.
    public struct Expectation: Hashable, Sendable {
        public var admits: Bool
        public var best: TopologyHint
    }

    public var id: String
    /// As the kubelet spells it.
    public var policy: String
    public var prefersClosestNUMANodes: Bool
    public var nodes: NUMANodeMask
    public var distances: Distances?
    /// In the order of the providers, resources in ascending order of name within each.
    public var answers: [ResourceAnswer]
    public var expectation: Expectation?

    /// Nodes must have a number below this; Linux knows at most 1,024 (`CONFIG_NODES_SHIFT`).
    public static let nodeLimit = 4096
    /// A line must be shorter than this.
    public static let mostBytes = 64 << 20
    /// The policies that there are.
    public static let policies = ["none", "best-effort", "restricted", "single-numa-node"]

    /// Reads one line of JSON.
    ///
    /// - Throws: an error of code `input` that says what is wrong and what would be right.
    public init(_ line: Data) throws(NUMAHintsError) {
        guard line.count <= Self.mostBytes else {
            throw NUMAHintsError(.input, "the line has \(line.count) bytes, more than \(Self.mostBytes)")
        }
        do {
            let plain = PlainMergeReader.record([UInt8](line))
            self = try MergeLine(plain ?? JSONDecoder().decode(MergeRecord.self, from: line))
        } catch {
            throw JSONProblem.error(error, in: line)
        }
    }

    private init(_ record: MergeRecord) throws(NUMAHintsError) {
        id = record.id
        policy = record.policy
        guard Self.policies.contains(policy) else {
            throw NUMAHintsError(
                .input, "unknown policy \"\(policy)\", expected \(Self.policies.joined(separator: ", "))")
        }
        prefersClosestNUMANodes = record.options?.preferClosestNUMA ?? false
        let ids = record.numaNodes ?? []
        nodes = try Self.mask(ids, at: "numaNodes")
        if nodes.isEmpty, policy != "none" {
            throw NUMAHintsError(.input, "numaNodes is empty, expected the node ids of the machine")
        }
        distances = try Self.distances(record.distances, ids)
        answers = []
        for (index, provider) in (record.providers ?? []).enumerated() {
            for (name, hints) in (provider ?? [:]).sorted(by: { $0.key < $1.key }) {
                let place = "providers[\(index)].\(name)"
                answers.append(ResourceAnswer(ResourceName(name), try Self.placement(hints, at: place)))
            }
        }
        if let expect = record.expect {
            expectation = Expectation(
                admits: expect.admit, best: try Self.hint(expect.best, at: "expect.best"))
        }
    }

    private static func placement(_ hints: [MergeRecord.Hint]?, at place: String) throws(NUMAHintsError)
        -> ResourceAnswer.Placement
    {
        guard let hints else { return .any }
        if hints.isEmpty { return .impossible(Reason("no hints")) }
        var result: [TopologyHint] = []
        result.reserveCapacity(hints.count)
        for hint in hints { result.append(try Self.hint(hint, at: place)) }
        return .hints(result)
    }

    private static func hint(_ hint: MergeRecord.Hint, at place: String) throws(NUMAHintsError)
        -> TopologyHint
    {
        guard let nodes = hint.nodes else { return TopologyHint(nodes: nil, isPreferred: hint.preferred) }
        return TopologyHint(nodes: try mask(nodes, at: place), isPreferred: hint.preferred)
    }

    private static func mask(_ ids: [Int], at place: String) throws(NUMAHintsError) -> NUMANodeMask {
        for id in ids where !(0..<nodeLimit).contains(id) {
            throw NUMAHintsError(.input, "\(place): node \(id), expected a number from 0 to \(nodeLimit - 1)")
        }
        return NUMANodeMask(ids)
    }

    /// Rows stand in the order of the nodes; columns go by node number.
    static func distances(_ rows: [[UInt64]]?, _ ids: [Int]) throws(NUMAHintsError) -> Distances? {
        guard let rows else { return nil }
        guard rows.count == ids.count else {
            throw NUMAHintsError(
                .input, "distances has \(rows.count) rows, expected one for each of \(ids.count) nodes")
        }
        let sorted = zip(ids, rows).sorted { $0.0 < $1.0 }
        var square: [[UInt64]] = []
        for (id, row) in sorted {
            for (column, _) in sorted where column >= row.count {
                throw NUMAHintsError(
                    .input,
                    "distances of node \(id) have \(row.count) columns, expected one for node \(column)")
            }
            square.append(sorted.map { row[$0.0] })
        }
        return Distances(nodes: sorted.map(\.0), rows: square)
    }
}
