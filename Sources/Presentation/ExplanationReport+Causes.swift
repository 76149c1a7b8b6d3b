// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import NUMACore

extension ExplanationReport {
    struct CauseReport: Encodable {
        var text: String
        var shortages: [ShortageReport]
        /// What it follows from: without any one of them it would not.
        var facts: [CauseFactReport]
        /// Who has what is short there where it is short.
        var holdings: [HoldingReport]

        init(_ cause: Cause) {
            holdings = cause.holdings.map {
                HoldingReport(
                    resource: $0.resource.rawValue, nodes: $0.nodes.members, uid: $0.uid, holder: $0.holder,
                    amount: $0.amount)
            }
            text = cause.text
            facts = cause.facts.map { CauseFactReport($0) }
            shortages = cause.shortages.map { shortage in
                ShortageReport(
                    resource: shortage.resource.rawValue, requested: shortage.requested,
                    nodes: shortage.cells.map { CellReport(id: $0.node, free: $0.free, total: $0.total) },
                    sufficientNodes: shortage.sufficientNodes)
            }
        }
    }

    struct HoldingReport: Encodable {
        var resource: String
        var nodes: [Int]
        var uid: String
        /// The pod's namespace and name, and the container's.
        var holder: String
        var amount: UInt64
    }

    struct ShortageReport: Encodable {
        var resource: String
        var requested: UInt64
        var nodes: [CellReport]
        /// The nodes, each of which would do for this resource alone.
        var sufficientNodes: [Int]
    }

    /// See ``Cause/Fact``. Quantities as in ``RowReport``.
    struct CauseFactReport: Encodable {
        /// `demand`, `shortage`, `group`, `reuse`, `offers` or `impossible`.
        var kind: String
        var resource: String
        /// Of `demand`.
        var requested: UInt64?
        var narrowest: Int?
        /// Of `shortage`, `group` and `reuse`; empty if it is near no known node.
        var nodes: [Int]?
        /// Of `shortage`: counts for the mask of just these nodes.
        var exact: Bool?
        var free: UInt64?
        var total: UInt64?
        /// Of `offers`: the first masks, and whether there are others.
        var hints: [HintReport]?
        var hintsComplete: Bool?
        /// Of `impossible`.
        var text: String?

        init(_ fact: Cause.Fact) {
            resource = fact.resource.rawValue
            switch fact.kind {
            case .demand(let need, let narrowest):
                kind = "demand"
                requested = need
                self.narrowest = narrowest
            case .shortage(let place):
                kind = "shortage"
                (nodes, exact, free, total) = (place.nodes.members, place.isExact, place.free, place.total)
            case .group(let mask): (kind, nodes) = ("group", mask.members)
            case .reuse(let mask): (kind, nodes) = ("reuse", mask.members)
            case .offers(let masks):
                kind = "offers"
                hints = masks.prefix(ResourceRow.maskLimit).map { HintReport($0) }
                hintsComplete = masks.count <= ResourceRow.maskLimit
            case .impossible(let reason): (kind, text) = ("impossible", reason.text)
            }
        }
    }

    /// What a resource adds to a witness.
    struct UseReport: Encodable {
        var resource: String
        /// The hint that was picked of it.
        var hint: HintReport
        /// What is free of it near the merged mask, and what is looked for; null if its provider answered by masks.
        @Null var free: UInt64?
        @Null var requested: UInt64?

        init(_ use: Witness.Use) {
            resource = use.resource.rawValue
            hint = HintReport(use.hint)
            free = use.free
            requested = use.need
        }
    }
}
