// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import NUMACore

/// Reads pods with all they hold, and holds their rows against their checksums.
struct PodReader {
    let database: Database
    /// Stands after each query's FROM; with one argument where it is not empty.
    private let condition: (pod: String, rest: String)
    private let key: RowValues

    /// Reads all pods.
    init(_ database: Database) {
        self.database = database
        condition = ("", "")
        key = RowValues()
    }

    /// Reads the pod of one UID.
    init(_ database: Database, uid: String) {
        self.database = database
        condition = ("WHERE uid = ?", "WHERE pod = (SELECT sequence FROM pod WHERE uid = ?)")
        key = RowValues(uid)
    }

    /// In the order of their admission.
    func pods() throws -> [LedgerPod] {
        var drafts = try headers()
        if drafts.isEmpty, key.count > 0 { return [] }
        var places: [Int64: Int] = [:]
        for (place, draft) in drafts.enumerated() { places[draft.sequence] = place }
        try readContainers(into: &drafts, places)
        try readPieces(into: &drafts, places)
        return try drafts.map { draft in
            guard draft.sum.stored == draft.stored else {
                throw LedgerFailure.damaged("what it has of the pod \(draft.pod.uid) is not as it was written")
            }
            return LedgerPod(
                sequence: UInt64(bitPattern: draft.sequence), state: draft.state, leaving: draft.leaving,
                admission: LedgerAdmission(
                    pod: draft.pod, pieces: draft.pieces, affinities: draft.affinities, time: draft.time))
        }
    }

    /// Whether each pod is found by its UID: a damaged index would let a second one in.
    ///
    /// - Parameter pods: all of them, in order.
    func checkIndex(_ pods: [LedgerPod]) throws {
        var found: [(sequence: Int64, uid: String)] = []
        let sql = "SELECT sequence, uid FROM pod INDEXED BY pod_by_uid ORDER BY uid"
        try PreparedStatement(database, sql).each("pod") { row in
            found.append((try row.number(0), try row.text(1)))
        }
        found.sort { $0.sequence < $1.sequence }
        let isComplete = found.count == pods.count
        // Byte by byte, as SQLite compares them.
        guard isComplete, zip(found, pods).allSatisfy({ $0.uid.utf8.elementsEqual($1.uid.utf8) }) else {
            throw LedgerFailure.damaged("not every pod is found by its UID")
        }
    }

    /// A pod of which not all rows are read.
    private struct Draft {
        var sequence: Int64
        var pod: PodSpec
        var time: String
        var state: LedgerPod.State
        var leaving: String?
        /// Of the rows read so far, and as it was written.
        var sum: Checksum
        var stored: Int64
        var pieces: [[Assignment]] = []
        var affinities: [LedgerAffinity?] = []
    }

    private func headers() throws -> [Draft] {
        var drafts: [Draft] = []
        let sql = "SELECT * FROM pod \(condition.pod) ORDER BY sequence"
        try PreparedStatement(database, sql).each("pod", key) { row in
            let pod = PodSpec(
                uid: try row.text(1), namespace: try row.text(2), name: try row.text(3), containers: [],
                qos: try row.word(4))
            var sum = Checksum()
            row.add(to: &sum, columns: 6)
            drafts.append(
                Draft(
                    sequence: try row.number(0), pod: pod, time: try row.text(5), state: try row.word(6),
                    leaving: try row.optionalText(8), sum: sum, stored: try row.number(7)))
        }
        return drafts
    }

    private func readContainers(into drafts: inout [Draft], _ places: [Int64: Int]) throws {
        let sql = "SELECT * FROM container \(condition.rest) ORDER BY pod, place"
        try PreparedStatement(database, sql).each("container", key) { row in
            let draft = try place(of: row, places)
            row.add(to: &drafts[draft].sum, columns: 8)
            guard try row.number(1) == Int64(drafts[draft].pod.containers.count) else {
                throw LedgerFailure.damaged("a container of the pod \(drafts[draft].pod.uid) is missing")
            }
            let requests = try Self.requests.value(of: row.text(4)).amounts
            // Most containers may use what they ask for.
            let limits = try row.isSameText(5, as: 4) ? requests : Self.limits.value(of: row.text(5)).amounts
            drafts[draft].pod.containers.append(
                ContainerSpec(name: try row.text(2), kind: try row.word(3), requests: requests, limits: limits))
            let isPreferred = try row.optionalNumber(7)
            let nodes: NUMANodeMask? = try row.set(6)
            drafts[draft].affinities.append(isPreferred.map { LedgerAffinity(nodes: nodes, isPreferred: $0 != 0) })
            drafts[draft].pieces.append([])
        }
    }

    private static let requests = JSONColumn<StoredAmounts>("container.requests")
    private static let limits = JSONColumn<StoredAmounts>("container.limits")
    private static let shares = JSONColumn<[[UInt64]]>("piece.shares")
    private static let attributes = JSONColumn<[[String]]>("piece.attributes")

    private func readPieces(into drafts: inout [Draft], _ places: [Int64: Int]) throws {
        let sql = "SELECT * FROM piece \(condition.rest) ORDER BY pod, container, place"
        try PreparedStatement(database, sql).each("piece", key) { row in
            let draft = try place(of: row, places)
            row.add(to: &drafts[draft].sum, columns: 12)
            let container = Int(try row.number(1))
            guard drafts[draft].pieces.indices.contains(container),
                try row.number(2) == Int64(drafts[draft].pieces[container].count)
            else { throw LedgerFailure.damaged("a piece of the pod \(drafts[draft].pod.uid) is missing") }
            drafts[draft].pieces[container].append(try Self.assignment(row))
        }
    }

    private func place(of row: StoredRow, _ places: [Int64: Int]) throws -> Int {
        guard let place = places[try row.number(0)] else {
            throw LedgerFailure.damaged("a row of \(row.table) is of no pod")
        }
        return place
    }

    private static func assignment(_ row: StoredRow) throws -> Assignment {
        let nodes: NUMANodeMask? = try row.set(6)
        let cpus: CPUSet? = try row.set(5)
        let bytes = try row.optionalNumber(7)
        let piece: Assignment.Piece
        switch (try row.text(4), cpus, nodes, bytes, try row.optionalText(8)) {
        case ("cpus", let cpus?, nil, nil, nil): piece = .cpus(cpus)
        case ("memory", nil, let nodes?, let bytes?, nil):
            let parts = try shares.value(of: row.text(9)).map { share in
                guard share.count == 2 else { throw LedgerFailure.damaged("a share of a piece is no pair") }
                return Assignment.Share(
                    node: Int(Int64(bitPattern: share[0])), bytes: share[1])
            }
            piece = .memory(nodes: nodes, bytes: UInt64(bitPattern: bytes), shares: parts)
        case ("device", nil, let nodes?, nil, let id?): piece = .device(id: id, nodes: nodes)
        default: throw LedgerFailure.damaged("a piece is none of CPUs, memory or a device")
        }
        let pairs = try row.text(10)
        guard pairs != "[]" else {
            return Assignment(ResourceName(try row.text(3)), piece, takenFrom: try row.optionalText(11))
        }
        let attributes = try attributes.value(of: pairs).map { pair in
            guard pair.count == 2 else { throw LedgerFailure.damaged("an attribute of a piece is no pair") }
            return Assignment.Attribute(pair[0], pair[1])
        }
        return Assignment(
            ResourceName(try row.text(3)), piece, attributes: attributes, takenFrom: try row.optionalText(11))
    }
}
