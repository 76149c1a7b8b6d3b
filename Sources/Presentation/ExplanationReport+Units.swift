// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import NUMACore

extension ExplanationReport {
    struct UnitReport: Encodable {
        @Null var container: String?
        var resources: [RowReport]
        /// What the hints were merged into; null if nobody was asked.
        @Null var merged: HintReport?
        /// What hints the merged mask came from; null for a refused unit, and where hints have no node in common.
        @Null var witness: [UseReport]?
        @Null var cause: CauseReport?

        init(_ unit: Explanation.Unit) {
            container = unit.container
            resources = unit.rows.map { RowReport($0) }
            merged = unit.merged.map { HintReport($0) }
            witness = unit.witness.map { $0.uses.map { UseReport($0) } }
            cause = unit.cause.map { CauseReport($0) }
        }
    }

    /// A resource against the nodes. Quantities: cpu in thousandths, memory and huge pages in bytes, else pieces.
    struct RowReport: Encodable {
        var resource: String
        @Null var provider: String?
        var requested: UInt64
        /// What of it the provider looks for a place for.
        var counted: UInt64
        var nodes: [CellReport]
        @Null var unknownNode: AmountReport?
        @Null var anyNode: AmountReport?
        /// `not-asked`, `no-provider`, `no-preference`, `impossible` or `hints`.
        var answer: String
        @Null var impossible: String?
        var hints: [HintReport]
        /// Whether `hints` holds every mask.
        var hintsComplete: Bool

        init(_ row: ResourceRow) {
            resource = row.resource.rawValue
            provider = row.provider
            requested = row.requested
            counted = row.counted ?? row.requested
            nodes = row.cells.map { CellReport(id: $0.node, free: $0.free, total: $0.total) }
            hints = []
            hintsComplete = true
            switch row.answer {
            case .notAsked: answer = "not-asked"
            case .noProvider: answer = "no-provider"
            case .noPreference: answer = "no-preference"
            case .impossible(let reason):
                answer = "impossible"
                self.impossible = reason.text
            case .hints(let masks, let isComplete):
                answer = "hints"
                hints = masks.map { HintReport($0) }
                hintsComplete = isComplete
            }
            unknownNode = row.unknown.map { AmountReport(free: $0.free, total: $0.total) }
            anyNode = row.anywhere.map { AmountReport(free: $0.free, total: $0.total) }
        }
    }

    struct CellReport: Encodable {
        var id: Int
        var free: UInt64
        var total: UInt64
    }

    struct AmountReport: Encodable {
        var free: UInt64
        var total: UInt64
    }

    struct HintReport: Encodable {
        /// Null: no mask, which is not the same as all nodes.
        @Null var nodes: [Int]?
        var preferred: Bool
        /// Every wider mask is offered too, not preferred.
        var andWider: Bool

        init(_ hint: TopologyHint) {
            nodes = hint.nodes?.members
            preferred = hint.isPreferred
            andWider = hint.includesWider
        }
    }

    struct AllocationReport: Encodable {
        var container: String
        var assignments: [AssignmentReport]

        init(_ allocation: Allocation) {
            container = allocation.container
            assignments = allocation.assignments.map { AssignmentReport($0) }
        }
    }

    struct AssignmentReport: Encodable {
        var resource: String
        @Null var cpus: String?
        @Null var device: String?
        @Null var bytes: UInt64?
        @Null var nodes: [Int]?
        var shares: [ShareReport]
        /// What the container runtime is told: `device`, `mount`, `env`, `cdi`, or a word of the provider's.
        var attributes: [AttributeReport]

        init(_ assignment: Assignment) {
            resource = assignment.resource.rawValue
            attributes = assignment.attributes.map { AttributeReport(key: $0.key, value: $0.value) }
            shares = []
            switch assignment.piece {
            case .cpus(let cpus):
                self.cpus = cpus.list
            case .memory(let nodes, let bytes, let shares):
                self.nodes = nodes.members
                self.bytes = bytes
                self.shares = shares.map { ShareReport(node: $0.node, bytes: $0.bytes) }
            case .device(let id, let nodes):
                device = id
                self.nodes = nodes.isEmpty ? nil : nodes.members
            }
        }
    }

    struct AttributeReport: Encodable {
        var key: String
        var value: String
    }

    struct ShareReport: Encodable {
        var node: Int
        var bytes: UInt64
    }
}
