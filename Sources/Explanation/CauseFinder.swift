// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore

/// Finds the cause of a merge whose result the policy does not admit, or which is not preferred.
///
/// The cause is a smallest set of resources whose answers come to no preferred result: the merge is asked
/// again with fewer of them, so that a cause is what the merge says and not a guess. The cases, in the
/// order in which they are tried:
/// 1. a resource is impossible;
/// 2. a resource has no preferred result alone as it is;
/// 3. resources have none together, and each fewer of them have.
struct CauseFinder {
    private let answers: [ResourceAnswer]
    private let rows: [ResourceRow]
    private let merger: HintMerger

    /// - Parameters:
    ///   - answers: those of the unit, in order of resource.
    ///   - nodes: the machine's.
    init(answers: [ResourceAnswer], rows: [ResourceRow], nodes: NUMANodeMask, options: MergeOptions) {
        self.answers = answers.filter { !Offer($0, among: answers, nodes: nodes).isIndifferent }
        self.rows = rows
        var options = options
        options.stepLimit = min(options.stepLimit, Self.stepLimit)
        // Which of the preferred results wins does not matter here.
        options.preferClosestNUMANodes = false
        merger = HintMerger(nodes: nodes, options: options)
    }

    func cause() -> Cause? {
        let kept = conflict()
        guard !kept.isEmpty else { return nil }
        let offers = kept.map { Offer($0, among: [$0], nodes: merger.nodes) }
        var cause = CauseSentence(offers: offers, rows: rows, options: merger.options).cause()
        cause.facts = FactFinder(answers: kept, merger: merger, isConflict: isConflict).facts()
        return cause
    }

    private func conflict() -> [ResourceAnswer] {
        for answer in answers {  // case 1
            if case .impossible = answer.placement { return [answer] }
        }
        for answer in answers where isConflict([answer]) { return [answer] }  // case 2
        var kept = answers  // case 3
        while let fewer = withoutOne(of: kept) { kept = fewer }
        return kept
    }

    /// One resource less, if those left still come to no preferred result. A resource that could not be
    /// spared can become one that can: resources of one joint list change what the others of it offer.
    private func withoutOne(of answers: [ResourceAnswer]) -> [ResourceAnswer]? {
        for answer in answers.reversed() {
            let fewer = answers.filter { $0.resource != answer.resource }
            if isConflict(fewer) { return fewer }
        }
        return nil
    }

    private func isConflict(_ answers: [ResourceAnswer]) -> Bool {
        if answers.isEmpty { return false }
        let decision = merger.merge(answers)
        return decision.unresolved.isEmpty && !decision.best.isPreferred
    }

    /// The most steps that one of these merges may take; a resource that is not found out within it stays
    /// in the cause.
    private static let stepLimit = 1_000_000
}
