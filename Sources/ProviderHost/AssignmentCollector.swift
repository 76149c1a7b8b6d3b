// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Receives what a provider sets aside, and notes the first rule of the contract that it breaks.
struct AssignmentCollector {
    // To find out how a record is laid out takes longer than to read it.
    private static let pieceSize = unsafe BorderRecord.size(through: \nh_assignment.taken_from)

    private let view: ResourceView
    private(set) var assignments: [Assignment] = []
    private(set) var brokenRule: BrokenRule?

    /// - Parameter view: what the provider claims.
    init(_ view: ResourceView) { self.view = view }

    /// Runs the call with a sink that leads here.
    mutating func collect<Result>(_ body: (UnsafePointer<nh_assignment_sink>) -> Result) -> Result {
        unsafe withUnsafeMutablePointer(to: &self) { own in
            // The sink does not outlive this call, during which it alone leads to the collector.
            var sink = unsafe nh_assignment_sink(
                struct_size: MemoryLayout<nh_assignment_sink>.size, data: UnsafeMutableRawPointer(own),
                assign: { sink, piece in
                    guard unsafe !BorderRecord.isNull(sink), let data = unsafe sink.pointee.data else { return }
                    unsafe data.assumingMemoryBound(to: AssignmentCollector.self).pointee.note(piece)
                })
            return unsafe withUnsafePointer(to: &sink, body)
        }
    }

    /// Holds what was given against what was asked, against the machine, and against what other containers
    /// of the pod hold; to be called when the call is over.
    ///
    /// - Parameters:
    ///   - cpus: those of the machine that are on line and allowed.
    ///   - nodes: the machine's.
    mutating func check(against request: ResourceRequest, cpus: CPUSet, nodes: NUMANodeMask) {
        guard brokenRule == nil else { return }
        do {
            try checkSharing(request)
            try checkAmounts(request.subject?.requests ?? [:])
            try checkPlaces(cpus, nodes)
        } catch {
            brokenRule = error.of("gave")
        }
    }

    private mutating func note(_ record: UnsafePointer<nh_assignment>) {
        // What follows a broken rule is turned down with it, and not looked at.
        guard brokenRule == nil else { return }
        do {
            assignments.append(try unsafe assignment(record))
        } catch {
            brokenRule = error.of("gave")
        }
    }

    private func assignment(_ record: UnsafePointer<nh_assignment>) throws(BrokenRule) -> Assignment {
        try unsafe BorderRecord.check(record, hasBytes: Self.pieceSize, "a piece")
        guard assignments.count < BorderRecord.countLimit else {
            throw BrokenRule("more than \(BorderRecord.countLimit) pieces")
        }
        return try unsafe AssignmentRecord.value(record, of: resource(record.pointee.resource))
    }

    private func resource(_ text: UnsafePointer<CChar>) throws(BrokenRule) -> ResourceName {
        // Several pieces of one resource come in a row.
        if let last = assignments.last, unsafe BorderRecord.isText(text, last.resource.rawValue) {
            return last.resource
        }
        let resource = ResourceName(try unsafe BorderRecord.text(text, "a resource"))
        guard view.isClaimed(resource) else {
            throw BrokenRule("\(resource), which it does not claim", .unaskedPiece)
        }
        return resource
    }

    // MARK: What pieces must be together

    /// No more than was asked, and of what is counted in pieces just that.
    private func checkAmounts(_ requests: ResourceAmounts) throws(BrokenRule) {
        for amount in requests where view.isClaimed(amount.resource) {
            let resource = amount.resource
            var sum: UInt64 = 0
            for piece in assignments where piece.resource == resource { sum = sum.addingClamped(piece.quantity) }
            if sum > amount.quantity || (sum != amount.quantity && resource.unit == .pieces) {
                throw BrokenRule(
                    "\(resource.text(of: sum)) \(resource), \(resource.text(of: amount.quantity)) requested", .amounts)
            }
        }
        if let other = assignments.first(where: { requests[$0.resource] == nil }) {
            throw BrokenRule("\(other.resource), which was not requested", .unaskedPiece)
        }
    }

    /// Only CPUs that the machine has, on line and allowed, and nodes that it has.
    private func checkPlaces(_ usable: CPUSet, _ known: NUMANodeMask) throws(BrokenRule) {
        for piece in assignments {
            if case .cpus(let cpus) = piece.piece, !cpus.isSubset(of: usable) {
                let others = cpus.subtracting(usable).list
                throw BrokenRule("CPUs \(others), which are not on line, not allowed or not there", .places)
            }
            guard piece.nodes.isSubset(of: known) else {
                let others = piece.nodes.subtracting(known)
                throw BrokenRule(
                    "\(piece.resource) on node(s) \(others.list), which the machine does not have", .places)
            }
        }
    }

    /// Each CPU and device once, and those of another container only if one of the two is an ordinary init
    /// container and the other says that it took them over.
    private func checkSharing(_ request: ResourceRequest) throws(BrokenRule) {
        let containers = request.pod.containers
        for (place, piece) in assignments.enumerated() {
            if let donor = piece.takenFrom,
                !containers.contains(where: { $0.name == donor && $0.kind == .initialization })
            {
                throw BrokenRule(
                    "\(piece.resource) taken from \(donor), which is no init container of the pod", .sharing)
            }
            for other in assignments[..<place] {
                if let twice = piece.shared(with: other) { throw BrokenRule("\(twice) twice", .sharing) }
            }
            for (index, held) in request.held.enumerated()
            where index != request.container && containers.indices.contains(index) {
                for other in held {
                    guard let shared = piece.shared(with: other) else { continue }
                    let isHandedOver =
                        (request.subject?.kind == .initialization || containers[index].kind == .initialization)
                        && (piece.takenFrom != nil || other.takenFrom != nil)
                    guard isHandedOver else {
                        throw BrokenRule("\(shared), which container \(containers[index].name) holds", .sharing)
                    }
                }
            }
        }
    }
}
