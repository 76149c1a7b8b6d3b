// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Receives what a provider sets aside, and notes the first rule of the contract that it breaks.
final class AssignmentCollector {
    private let isClaimed: (ResourceName) -> Bool
    private(set) var assignments: [Assignment] = []
    private(set) var brokenRule: String?

    init(isClaimed: @escaping (ResourceName) -> Bool) { self.isClaimed = isClaimed }

    /// Runs the call with a sink that leads here.
    func collect<Result>(_ body: (UnsafePointer<nh_assignment_sink>) -> Result) -> Result {
        withExtendedLifetime(self) {
            // The sink does not outlive this call, and this call keeps the collector.
            var sink = unsafe nh_assignment_sink(
                struct_size: MemoryLayout<nh_assignment_sink>.size,
                data: Unmanaged.passUnretained(self).toOpaque(),
                assign: { sink, piece in
                    guard let data = unsafe sink.pointee.data else { return }
                    unsafe Unmanaged<AssignmentCollector>.fromOpaque(data).takeUnretainedValue().assign(piece)
                })
            return unsafe withUnsafePointer(to: &sink, body)
        }
    }

    /// Whether what was given adds up to no more than was asked, and devices to just that.
    func check(against requests: ResourceAmounts) {
        for amount in requests where isClaimed(amount.resource) {
            let own = assignments.filter { $0.resource == amount.resource }
            let sum = own.reduce(UInt64(0)) { $0.addingClamped($1.quantity) }
            let resource = amount.resource
            if sum > amount.quantity || (resource.unit == .pieces && sum != amount.quantity) {
                broke(
                    "gave \(resource.text(of: sum)) \(resource), \(resource.text(of: amount.quantity)) requested"
                )
            }
        }
        if let other = assignments.first(where: { requests[$0.resource] == nil }) {
            broke("gave \(other.resource), which was not requested")
        }
    }

    private func broke(_ rule: String) {
        if brokenRule == nil { brokenRule = rule }
    }

    private func assign(_ record: UnsafePointer<nh_assignment>) {
        guard unsafe BorderRecord.has(record, \.taken_from) else {
            return broke("gave a piece that is too short")
        }
        let resource = ResourceName(unsafe String(cString: record.pointee.resource))
        guard isClaimed(resource) else { return broke("gave \(resource), which it does not claim") }
        guard let piece = unsafe piece(record, resource) else { return }
        let attributes = unsafe BorderRecord.array(record.pointee.attributes, record.pointee.attribute_count) {
            unsafe Assignment.Attribute(String(cString: $0.key), String(cString: $0.value))
        }
        guard let attributes else {
            return broke("gave attributes of \(resource) that are NULL though counted")
        }
        assignments.append(
            Assignment(
                resource, piece, attributes: attributes,
                takenFrom: unsafe BorderRecord.text(record.pointee.taken_from)))
    }

    private func piece(_ record: UnsafePointer<nh_assignment>, _ resource: ResourceName) -> Assignment.Piece? {
        switch unsafe Int(record.pointee.kind) {
        case Int(NH_ASSIGN_CPUS):
            guard let cpus: CPUSet = unsafe BorderRecord.set(record.pointee.set), !cpus.isEmpty else {
                broke("gave an empty set of CPUs")
                return nil
            }
            return .cpus(cpus)
        case Int(NH_ASSIGN_MEMORY):
            return unsafe memory(record, resource)
        case Int(NH_ASSIGN_DEVICE):
            guard let id = unsafe BorderRecord.text(record.pointee.id), !id.isEmpty,
                let nodes: NUMANodeMask = unsafe BorderRecord.set(record.pointee.set)
            else {
                broke("gave a device of \(resource) without an id")
                return nil
            }
            if assignments.contains(where: { $0.resource == resource && $0.deviceID == id }) {
                broke("gave the device \(id) of \(resource) twice")
            }
            return .device(id: id, nodes: nodes)
        default:
            broke("gave a piece of \(resource) of the unknown kind \(unsafe record.pointee.kind)")
            return nil
        }
    }

    private func memory(_ record: UnsafePointer<nh_assignment>, _ resource: ResourceName) -> Assignment.Piece? {
        let quantity = unsafe record.pointee.quantity
        let shares = unsafe BorderRecord.array(record.pointee.shares, record.pointee.share_count) {
            Assignment.Share(node: Int(clamping: $0.node), bytes: $0.quantity)
        }
        guard let nodes: NUMANodeMask = unsafe BorderRecord.set(record.pointee.set), !nodes.isEmpty,
            let shares
        else {
            broke("gave \(resource) on no node")
            return nil
        }
        let sum = shares.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
        if !shares.isEmpty, sum != quantity || !NUMANodeMask(shares.map(\.node)).isSubset(of: nodes) {
            broke(
                "gave shares of \(resource) that do not add up to its \(quantity) bytes on nodes \(nodes.list)"
            )
        }
        return .memory(nodes: nodes, bytes: quantity, shares: shares)
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

    var deviceID: String? {
        if case .device(let id, _) = piece { return id }
        return nil
    }
}
