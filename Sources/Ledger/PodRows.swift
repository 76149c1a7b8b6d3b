// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import NUMACore

/// One pod as the rows that are written of it.
struct PodRows {
    /// Without state and checksum.
    private var pod: [DatabaseValue]
    private var containers: [[DatabaseValue]] = []
    private var pieces: [[DatabaseValue]] = []
    /// Over everything but the state, in the order in which it is read again.
    let checksum: Int64

    init(_ admission: LedgerAdmission, sequence: Int64) throws {
        let spec = admission.pod
        pod = [
            sequence.databaseValue,
            try Writable.text(spec.uid, "the UID of the pod"),
            try Writable.text(spec.namespace, "the namespace of the pod"),
            try Writable.text(spec.name, "the name of the pod"),
            spec.qos.rawValue.databaseValue,
            try Writable.text(admission.time, "the time of the admission"),
        ]
        for (index, container) in spec.containers.enumerated() {
            let what = "the container \(container.name)"
            let key = [sequence.databaseValue, index.databaseValue]
            let affinity = admission.affinities[index]
            let mask = try affinity?.nodes.map { try Writable.set($0, "the affinity of \(what)") }
            containers.append(
                key + [
                    try Writable.text(container.name, "the name of \(what)"),
                    container.kind.rawValue.databaseValue,
                    try Self.text(container.requests, what),
                    try Self.text(container.limits, what),
                    mask ?? .null,
                    affinity.map { ($0.isPreferred ? 1 : 0).databaseValue } ?? .null,
                ])
            for (place, piece) in admission.pieces[index].enumerated() {
                pieces.append(key + [place.databaseValue] + (try Self.values(of: piece, what)))
            }
        }
        var sum = Checksum()
        for row in [pod] + containers + pieces { sum.add(row) }
        checksum = sum.stored
    }

    private static let podInsertion = Insertion(into: "pod", columns: 9)
    private static let containerInsertion = Insertion(into: "container", columns: 8)
    private static let pieceInsertion = Insertion(into: "piece", columns: 12)

    func insert(_ database: Database, state: LedgerPod.State) throws {
        let end = [state.rawValue.databaseValue, checksum.databaseValue, .null]
        try Self.podInsertion.insert(pod + end, database)
        for row in containers { try Self.containerInsertion.insert(row, database) }
        for row in pieces { try Self.pieceInsertion.insert(row, database) }
    }

    private static func text(_ amounts: ResourceAmounts, _ what: String) throws -> DatabaseValue {
        for amount in amounts { _ = try Writable.text(amount.resource.rawValue, "a resource of \(what)") }
        return JSONColumn<StoredAmounts>.text(StoredAmounts(amounts)).databaseValue
    }

    private static func values(of piece: Assignment, _ what: String) throws -> [DatabaseValue] {
        let resource = try Writable.text(piece.resource.rawValue, "a resource of \(what)")
        let attributes = JSONColumn<[[String]]>.text(piece.attributes.map { [$0.key, $0.value] })
        let taken = try piece.takenFrom.map { try Writable.text($0, "what \(what) took from") } ?? .null
        let tail = [attributes.databaseValue, taken]
        switch piece.piece {
        case .cpus(let cpus):
            let list = try Writable.set(cpus, "a CPU set of \(what)")
            return [resource, "cpus".databaseValue, list, .null, .null, .null, "[]".databaseValue] + tail
        case .memory(let nodes, let bytes, let shares):
            let list = try Writable.set(nodes, "a mask of \(what)")
            let parts = JSONColumn<[[UInt64]]>.text(
                shares.map { [UInt64(bitPattern: Int64($0.node)), $0.bytes] })
            let amount = Writable.number(bytes)
            return [resource, "memory".databaseValue, .null, list, amount, .null, parts.databaseValue] + tail
        case .device(let id, let nodes):
            let list = try Writable.set(nodes, "the nodes of a device of \(what)")
            let device = try Writable.text(id, "a device of \(what)")
            return [resource, "device".databaseValue, .null, list, .null, device, "[]".databaseValue] + tail
        }
    }
}
