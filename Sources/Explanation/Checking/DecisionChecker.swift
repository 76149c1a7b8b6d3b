// SPDX-License-Identifier: Apache-2.0

public import Admission
import HintMerge
import NUMACore

/// Checks explanations against what the providers answered, slowly and by the definitions alone: mask by mask.
///
/// It shares nothing with the merge but values, and knows nothing of how explanations are found. A refusal is accepted
/// if its facts are true and if it follows from them that no combination of hints is preferred; an admission, if the
/// hints of its witness were offered and have just the merged mask in common.
///
/// - Complexity: exponential in the nodes up to twelve; of more nodes narrow masks alone are looked at, and what hangs
///   on wider ones is objected to as not checked.
public struct DecisionChecker {
    let trace: DecisionTrace
    let subsets: MaskSubsets

    public init(_ trace: DecisionTrace) {
        self.trace = trace
        subsets = MaskSubsets(of: trace.nodes)
    }

    /// What is wrong with an explanation, a line each; empty if it is accepted.
    public func objections(to explanation: Explanation) -> [String] {
        guard explanation.trace == trace, explanation.units.count == trace.units.count else {
            return ["it explains another decision"]
        }
        var found: [String] = []
        for (index, (unit, explained)) in zip(trace.units, explanation.units).enumerated() {
            let isLast = index + 1 == trace.units.count
            let place = unit.container.map { "container \($0)" } ?? "the pod"
            do throws(MaskSubsets.TooMany) {
                found += try objections(to: explained, unit, refusal: isLast ? refusal : nil).map { "\(place): \($0)" }
            } catch {
                found.append("\(place): not checked: too many masks of \(trace.nodes.count) nodes to look at")
            }
        }
        let hasReason = explanation.reason?.text.isEmpty == false
        if hasReason == trace.verdict.isAdmitted {
            found.append(hasReason ? "a reason is given for an admission" : "no reason is given")
        }
        return found
    }

    private var refusal: Refusal? {
        if case .refused(let refusal) = trace.verdict { refusal } else { nil }
    }

    private func objections(
        to explained: Explanation.Unit, _ unit: UnitTrace, refusal: Refusal?
    ) throws(MaskSubsets.TooMany) -> [String] {
        // Nobody was asked, or the answers did not come to a decision.
        guard let merge = unit.merge, merge.unresolved.isEmpty else { return given(explained.cause, refusal, unit) }
        var found: [String] = []
        let isAdmitting = trace.options.policy == .bestEffort || merge.best.isPreferred
        if isAdmitting != merge.admits { found.append("the policy was not followed") }
        if isAdmitting == (refusal?.kind == .topologyAffinity) { found.append("the verdict does not fit the policy") }
        if isAdmitting {
            if let witness = explained.witness {
                found += try objections(to: witness, of: merge.best, unit)
            } else {
                let isDefault = merge.best == TopologyHint(nodes: trace.nodes, isPreferred: false)
                let isNeeded = try haveCommonNode(unit)
                if isNeeded || !isDefault { found.append("no witness is given") }
            }
        }
        if merge.best.isPreferred { return found + given(explained.cause, refusal, unit) }
        guard let cause = explained.cause else { return found + ["no cause is given"] }
        return try found + untrue(cause.facts, unit) + (follows(cause.facts, unit) ? [] : ["the facts leave a way"])
    }

    /// A cause of what a provider could not give, whatever was merged: all that is free, and all that would be were the
    /// rest of it free, is not enough.
    private func given(_ cause: Cause?, _ refusal: Refusal?, _ unit: UnitTrace) -> [String] {
        guard let cause else { return [] }
        guard refusal?.kind == .allocation, let resource = cause.facts.first?.resource,
            cause.facts.allSatisfy({ $0.resource == resource }),
            case .demand(let need, _) = cause.facts[0].kind, cause.facts.filter(\.isDemand).count == 1
        else { return ["a cause is given for what is not short"] }
        guard unit.requests[resource] == need else { return ["\(need) \(resource) are not what is requested"] }
        var places: [NUMANodeMask: (free: UInt64, total: UInt64)] = [:]
        let said = refusal?.reason.facts ?? []
        let isElsewhere = said.contains { $0.key == "resource" && $0.value != resource.rawValue }
        let mask = isElsewhere ? nil : said.first { $0.key == "nodes" }.flatMap { NUMANodeMask(list: $0.value) }
        for stock in unit.stock where stock.resource == resource {
            var nodes = NUMANodeMask()
            if case .nodes(let near) = stock.locality { nodes = near }
            if let mask, !mask.intersects(nodes) { continue }
            let known = places[nodes] ?? (0, 0)
            places[nodes] = (known.free.addingClamped(stock.free), known.total.addingClamped(stock.total))
        }
        for fact in cause.facts {
            guard case .shortage(let place) = fact.kind else { continue }
            guard let known = places[place.nodes], known == (place.free, place.total) else {
                return ["nodes {\(place.nodes.list)} do not have \(place.free) of \(place.total) \(resource)"]
            }
            places[place.nodes] = (place.free, 0)
        }
        let most = places.values.reduce(UInt64(0)) { $0.addingClamped(max($1.free, $1.total)) }
        return most < need ? [] : ["\(most) \(resource) could be free, \(need) requested"]
    }
}

extension Cause.Fact {
    var isDemand: Bool {
        if case .demand = kind { true } else { false }
    }
}
