// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Turns the answers of the providers into one affinity, and asks the policy whether it admits.
///
/// The rules are the kubelet's (`pkg/kubelet/cm/topologymanager`, Kubernetes 1.24 and later, or 1.23
/// and earlier by ``MergeOptions/semantics``). The product of the lists, which the kubelet walks, is
/// never walked. Equal answers, in whatever order, give equal decisions.
public struct HintMerger: Sendable {
    /// The nodes of the machine.
    public let nodes: NUMANodeMask
    public let distances: Distances?
    public let options: MergeOptions
    /// Machines up to this size are merged by tables; tests lower it to see the searches alone.
    package var mostNodesInTable = MaskTable.mostNodes
    /// Whether one word may hold a mask; tests forbid it to see wide masks on small machines.
    package var usesWords = true

    /// - Parameter nodes: of the machine; hints are cut to them.
    public init(nodes: NUMANodeMask, distances: Distances? = nil, options: MergeOptions) {
        self.nodes = nodes
        self.distances = distances
        self.options = options
    }

    /// Decides about one request.
    ///
    /// - Complexity: polynomial for what providers usually answer. Lists can be made for which the
    ///   exact answer is hard; past `options.stepLimit` steps the merge gives up and refuses.
    public func merge(_ answers: [ResourceAnswer]) -> MergeDecision {
        if options.policy == .none {
            return MergeDecision(best: TopologyHint(nodes: nil, isPreferred: false), admits: true)
        }
        let numbering = NodeNumbering(namedNodes(answers))
        var steps = Steps(limit: options.stepLimit)
        do throws(StepLimitReached) {
            let hint =
                usesWords && numbering.count <= 64
                ? try merged(answers, numbering, as: NodeWord.self, &steps)
                : try merged(answers, numbering, as: NUMANodeMask.self, &steps)
            return MergeDecision(
                best: hint, admits: options.policy == .bestEffort || hint.isPreferred, steps: steps.taken)
        } catch {
            let best = TopologyHint(
                nodes: options.policy == .singleNUMANode ? nil : nodes, isPreferred: false)
            return MergeDecision(
                best: best, admits: false, steps: steps.taken,
                unresolved: answers.filter(\.isList).map(\.resource))
        }
    }

    private func merged<Bits: NodeBits>(
        _ answers: [ResourceAnswer], _ numbering: NodeNumbering, as type: Bits.Type, _ steps: inout Steps
    ) throws(StepLimitReached) -> TopologyHint {
        let machine: Bits = numbering.places(of: nodes)
        var reader = OfferReader(machine: machine, numbering: numbering)
        try reader.read(answers, &steps)
        let usesDistances =
            options.preferClosestNUMANodes && options.policy != .singleNUMANode
            && options.semantics == .current
        let merge = Merge(
            machine: machine, offers: reader.offers, isAnyImpossible: reader.isAnyImpossible,
            distances: usesDistances ? matrix(numbering) : nil, mostNodesInTable: mostNodesInTable)
        if options.policy == .singleNUMANode {
            let hint = merge.singleNode()
            let mask = hint.nodes.map { numbering.mask(of: $0) }
            return TopologyHint(nodes: mask == nodes ? nil : mask, isPreferred: hint.isPreferred)
        }
        let hint = try merge.best(options.semantics, &steps)
        return TopologyHint(nodes: numbering.mask(of: hint.nodes ?? machine), isPreferred: hint.isPreferred)
    }

    /// The nodes of the machine, and others that hints name: masks are compared as they are given.
    private func namedNodes(_ answers: [ResourceAnswer]) -> NUMANodeMask {
        let foreign = ~(nodes.bits.singleWord ?? 0)
        var named = nodes
        for answer in answers {
            guard case .hints(let hints) = answer.placement else { continue }
            // By index, and the word first: taking the mask out would count references.
            for index in hints.indices {
                if let word = hints[index].nodes?.bits.singleWord, word & foreign == 0 { continue }
                guard let mask = hints[index].nodes else { continue }
                if !mask.isSubset(of: named) { named = named.union(mask) }
            }
        }
        return named
    }

    private func matrix(_ numbering: NodeNumbering) -> [[UInt64]]? {
        guard let distances else { return nil }
        var columns = Array(repeating: -1, count: numbering.count)
        let places = distances.nodes.enumerated().map { ($1, $0) }
        let known = Dictionary(places) { first, _ in first }
        for (place, node) in numbering.nodes.enumerated() { columns[place] = known[node] ?? -1 }
        return columns.map { row in
            columns.map { row < 0 || $0 < 0 ? 0 : distances.rows[row][$0] }
        }
    }
}

extension ResourceAnswer {
    /// Whether it names masks, one by one or by rule.
    fileprivate var isList: Bool {
        switch placement {
        case .any, .impossible: false
        case .hints(let hints): hints.contains { $0.nodes != nil }
        case .capacity: true
        }
    }
}
