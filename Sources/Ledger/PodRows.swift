// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore

/// One pod as the rows that are written of it.
struct PodRows {
    /// Without state and checksum.
    private var pod = RowValues(count: 9, size: 256)
    private var containers = RowValues(count: 8, size: 512)
    private var pieces = RowValues(count: 48, size: 512)
    /// Over everything but the state, in the order in which it is read again.
    let checksum: Int64

    init(_ admission: LedgerAdmission, sequence: Int64) throws {
        let spec = admission.pod
        pod.add(sequence)
        try pod.add(spec.uid, "the UID of the pod")
        try pod.add(spec.namespace, "the namespace of the pod")
        try pod.add(spec.name, "the name of the pod")
        pod.add(spec.qos.rawValue)
        try pod.add(admission.time, "the time of the admission")
        for (index, container) in spec.containers.enumerated() {
            containers.add(sequence)
            containers.add(Int64(index))
            try Self.add(container, admission.affinities[index], to: &containers)
            for (place, piece) in admission.pieces[index].enumerated() {
                pieces.add(sequence)
                pieces.add(Int64(index))
                pieces.add(Int64(place))
                try Self.add(piece, of: container, to: &pieces)
            }
        }
        var sum = Checksum()
        sum.add(pod, columns: 6)
        sum.add(containers, columns: 8)
        sum.add(pieces, columns: 12)
        checksum = sum.stored
    }

    func insert(_ writer: LedgerWriter, state: LedgerPod.State) throws {
        var whole = pod
        whole.add(state.rawValue)
        whole.add(checksum)
        whole.addNull()
        try writer.podInsertion.run(whole)
        try writer.containerInsertion.run(containers)
        try writer.pieceInsertion.run(pieces)
    }

    private static func add(_ container: ContainerSpec, _ affinity: LedgerAffinity?, to row: inout RowValues) throws {
        let name = container.name
        try row.add(name, "the name of the container \(name)")
        row.add(container.kind.rawValue)
        for amounts in [container.requests, container.limits] {
            for amount in amounts {
                try RowValues.check(amount.resource.rawValue, "a resource of the container \(name)")
            }
            row.add(json: StoredAmounts(amounts))
        }
        if let nodes = affinity?.nodes {
            try row.add(nodes, "the affinity of the container \(name)")
        } else {
            row.addNull()
        }
        if let affinity { row.add(affinity.isPreferred ? 1 : 0) } else { row.addNull() }
    }

    private static func add(_ piece: Assignment, of container: ContainerSpec, to row: inout RowValues) throws {
        let name = container.name
        try row.add(piece.resource.rawValue, "a resource of the container \(name)")
        switch piece.piece {
        case .cpus(let cpus):
            row.add("cpus")
            try row.add(cpus, "a CPU set of the container \(name)")
            for _ in 0..<3 { row.addNull() }
            row.add("[]")
        case .memory(let nodes, let bytes, let shares):
            row.add("memory")
            row.addNull()
            try row.add(nodes, "a mask of the container \(name)")
            row.add(bits: bytes)
            row.addNull()
            row.add(json: shares.map { [UInt64(bitPattern: Int64($0.node)), $0.bytes] })
        case .device(let id, let nodes):
            row.add("device")
            row.addNull()
            try row.add(nodes, "the nodes of a device of the container \(name)")
            row.addNull()
            try row.add(id, "a device of the container \(name)")
            row.add("[]")
        }
        row.add(json: piece.attributes.map { [$0.key, $0.value] })
        if let taken = piece.takenFrom {
            try row.add(taken, "what the container \(name) took from")
        } else {
            row.addNull()
        }
    }
}
