// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// A piece that a provider set aside, read and checked by itself.
enum AssignmentRecord {
    /// The value of a record whose size was checked; rules are in words that follow "gave".
    static func value(
        _ record: UnsafePointer<nh_assignment>, of resource: ResourceName
    ) throws(BrokenRule) -> Assignment {
        let piece = try unsafe piece(record, resource)
        let attributes = try unsafe BorderRecord.array(
            record.pointee.attributes, record.pointee.attribute_count, "attributes"
        ) { (pair) throws(BrokenRule) in
            Assignment.Attribute(
                try unsafe BorderRecord.text(pair.key, "an attribute with a key"),
                try unsafe BorderRecord.text(pair.value, "an attribute with a value"))
        }
        return Assignment(
            resource, piece, attributes: attributes,
            takenFrom: try unsafe BorderRecord.optionalText(record.pointee.taken_from, "taken_from"))
    }

    private static func piece(
        _ record: UnsafePointer<nh_assignment>, _ resource: ResourceName
    ) throws(BrokenRule) -> Assignment.Piece {
        switch unsafe Int(record.pointee.kind) {
        case Int(NH_ASSIGN_CPUS) where resource.unit == .millicpus:
            let cpus: CPUSet = try unsafe BorderRecord.set(record.pointee.set, "set")
            guard !cpus.isEmpty else { throw BrokenRule("an empty set of CPUs") }
            try unsafe check(record.pointee.quantity, is: UInt64(cpus.count) * 1000, "CPUs \(cpus.list)")
            return .cpus(cpus)
        case Int(NH_ASSIGN_MEMORY) where resource.unit != .millicpus:
            return try unsafe memory(record, resource)
        case Int(NH_ASSIGN_DEVICE) where resource.unit == .pieces:
            let id = try unsafe BorderRecord.optionalText(record.pointee.id, "an id")
            guard let id, !id.isEmpty else { throw BrokenRule("a device of \(resource) without an id") }
            try unsafe check(record.pointee.quantity, is: 1, "the device \(id)")
            return .device(id: id, nodes: try unsafe BorderRecord.set(record.pointee.set, "set"))
        case Int(NH_ASSIGN_CPUS), Int(NH_ASSIGN_MEMORY), Int(NH_ASSIGN_DEVICE):
            throw BrokenRule(
                "a piece of \(resource) of kind \(unsafe record.pointee.kind), which stands for another unit")
        default:
            throw BrokenRule("a piece of \(resource) of the unknown kind \(unsafe record.pointee.kind)")
        }
    }

    private static func memory(
        _ record: UnsafePointer<nh_assignment>, _ resource: ResourceName
    ) throws(BrokenRule) -> Assignment.Piece {
        let bytes = unsafe record.pointee.quantity
        let nodes: NUMANodeMask = try unsafe BorderRecord.set(record.pointee.set, "set")
        guard !nodes.isEmpty else { throw BrokenRule("\(resource) on no node") }
        let shares = try unsafe BorderRecord.array(record.pointee.shares, record.pointee.share_count, "shares") {
            (share) throws(BrokenRule) in
            guard let node = Int(exactly: share.node), nodes.contains(node) else {
                throw BrokenRule("a share of \(resource) on node \(share.node), which is not one of \(nodes.list)")
            }
            return Assignment.Share(node: node, bytes: share.quantity)
        }
        let sum = shares.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
        guard shares.isEmpty || sum == bytes else {
            throw BrokenRule("shares of \(resource) that add up to \(sum) bytes, not to its \(bytes)")
        }
        return .memory(nodes: nodes, bytes: bytes, shares: shares)
    }

    private static func check(_ quantity: UInt64, is right: UInt64, _ what: @autoclosure () -> String)
        throws(BrokenRule)
    {
        guard quantity == right else { throw BrokenRule("\(what()) with quantity \(quantity), not \(right)") }
    }
}

extension Assignment {
    /// How much of the resource it is, in the resource's unit.
    var quantity: UInt64 {
        switch piece {
        case .cpus(let cpus): UInt64(cpus.count) * 1000
        case .memory(_, let bytes, _): bytes
        case .device: 1
        }
    }

    /// The nodes that it names; none for CPUs.
    var nodes: NUMANodeMask {
        switch piece {
        case .cpus: []
        case .memory(let nodes, _, _), .device(_, let nodes): nodes
        }
    }

    /// What of it the other piece names too, in words; nil if nothing. Memory is never shared by name.
    func shared(with other: Assignment) -> String? {
        guard resource == other.resource else { return nil }
        switch (piece, other.piece) {
        case (.cpus(let mine), .cpus(let theirs)):
            let both = mine.intersection(theirs)
            return both.isEmpty ? nil : "CPUs \(both.list)"
        case (.device(let mine, _), .device(let theirs, _)):
            return mine == theirs ? "the device \(mine) of \(resource)" : nil
        default: return nil
        }
    }
}
