// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import Ledger
import NUMACore
import TestSupport

/// What a ledger says, and what the effects of its providers are.
struct Holdings: Sendable {
    struct Pod: Hashable, Sendable {
        var uid: String
        var containers: [String]
        var pieces: [[Assignment]]
    }

    /// In the order of their admission.
    var pods: [Pod] = []
    /// The UIDs of those that are intended or releasing.
    var open: [String] = []
    var memory: [LedgerMemory] = []
    /// Pod and verdict of each, oldest first.
    var decisions: [String] = []
    /// The files of the slots, with what they say.
    var effects: [String] = []

    /// Reads the ledger of a folder, from a copy: what reads it changes the log's index.
    init(in folder: URL) throws {
        let copy = try PrivateFolder()
        let source = folder.appendingPathComponent("ledger")
        let target = copy.url.appendingPathComponent("ledger")
        if FileManager.default.fileExists(atPath: source.appendingPathComponent("ledger.db").path) {
            try FileManager.default.copyItem(at: source, to: target)
            let ledger = try SQLiteLedger(path: target.appendingPathComponent("ledger.db").path, access: .read)
            defer { try? ledger.close() }
            for pod in try ledger.pods() {
                pods.append(
                    Pod(
                        uid: pod.uid, containers: pod.admission.pod.containers.map(\.name),
                        pieces: pod.admission.pieces))
                if pod.state != .committed { open.append(pod.uid) }
            }
            memory = try ledger.memory()
            decisions = try ledger.decisions(uid: nil).map { "\($0.decision.uid) \($0.decision.verdict)" }
        }
        let slots = folder.appendingPathComponent("effects")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: slots.path)) ?? []
        effects = try names.sorted().map { name in
            name + " " + (try String(contentsOf: slots.appendingPathComponent(name), encoding: .utf8))
        }
    }

    func without(_ uid: String) -> [Pod] { pods.filter { $0.uid != uid } }

    /// What the files of the slots should say.
    private var expectedEffects: [String] {
        pieces.compactMap { holder, piece in
            guard piece.resource == NodeStock.slot, case .device(let id, _) = piece.piece else { return nil }
            return "\(id) \(holder)\n"
        }.sorted()
    }

    /// Every piece with `uid/container`.
    private var pieces: [(String, Assignment)] {
        pods.flatMap { pod in
            zip(pod.containers, pod.pieces).flatMap { name, pieces in pieces.map { ("\(pod.uid)/\(name)", $0) } }
        }
    }

    /// What is held twice, or differs between books and effects.
    var problems: [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for (holder, piece) in pieces {
            for thing in NodeStock.things(in: piece) where !seen.insert(thing).inserted {
                problems.append("\(holder) has \(thing), which another has too")
            }
        }
        for (node, bytes) in NodeStock.bytes(in: pieces.map(\.1)).enumerated()
        where bytes > NodeStock.bytes[node] { problems.append("\(bytes) bytes of node \(node) are held") }
        if effects != expectedEffects {
            problems.append("the effects are \(effects), and by the ledger \(expectedEffects)")
        }
        return problems
    }

    /// What nobody has.
    var free: NodeStock { NodeStock(without: pieces.map(\.1)) }
}

/// What there is to give, node by node, of Examples/machines/two-node.json and the provider of slots.
struct NodeStock: Equatable {
    static let slot = ResourceName("example.org/slot")
    static let bytes: [UInt64] = [14848 << 20, 15360 << 20]
    private static let all: [[String]] = [
        (2..<8).map { "cpu \($0)" } + ["example.org/gpu gpu-0", "example.org/slot slot-0", "example.org/slot slot-1"],
        (8..<16).map { "cpu \($0)" } + ["example.org/gpu gpu-1", "example.org/slot slot-2", "example.org/slot slot-3"],
    ]

    var things: [[String]]
    var bytes: [UInt64]

    init(without pieces: [Assignment]) {
        let held = Set(pieces.flatMap(Self.things))
        things = Self.all.map { $0.filter { !held.contains($0) } }
        bytes = zip(Self.bytes, Self.bytes(in: pieces)).map { $0 - min($0, $1) }
    }

    static func things(in piece: Assignment) -> [String] {
        switch piece.piece {
        case .cpus(let set): set.members.map { "cpu \($0)" }
        case .device(let id, _): ["\(piece.resource) \(id)"]
        case .memory: []
        }
    }

    static func bytes(in pieces: [Assignment]) -> [UInt64] {
        var bytes: [UInt64] = [0, 0]
        for piece in pieces {
            guard case .memory(_, _, let shares) = piece.piece else { continue }
            for share in shares where bytes.indices.contains(share.node) { bytes[share.node] += share.bytes }
        }
        return bytes
    }

    /// Whether nothing is left, slots apart where there is no provider of them.
    func isEmpty(withSlots: Bool) -> Bool {
        bytes.allSatisfy { $0 == 0 }
            && things.joined().allSatisfy { !withSlots && $0.hasPrefix(Self.slot.description) }
    }

    /// A pod of one container a node that asks for all of it.
    func pod(withSlots: Bool) -> String {
        let containers = [0, 1].map { node in
            func count(_ prefix: String) -> Int { things[node].filter { $0.hasPrefix(prefix) }.count }
            let slots = withSlots ? ", example.org/slot: \(count("example.org/slot"))" : ""
            let gpus = count("example.org/gpu") > 0 ? ", example.org/gpu: 1" : ""
            let text =
                "{cpu: \(count("cpu")), memory: \(bytes[node])\(gpus)\(count("example.org/slot") > 0 ? slots : "")}"
            return (count("cpu"), "    - {name: node-\(node), resources: {limits: \(text)}}\n")
        }
        // The one that fits one node alone first.
        let lines = containers[0].0 > containers[1].0 ? containers : containers.reversed()
        return "apiVersion: v1\nkind: Pod\nmetadata: {name: rest, uid: rest}\nspec:\n  containers:\n"
            + lines.map(\.1).joined()
    }
}
