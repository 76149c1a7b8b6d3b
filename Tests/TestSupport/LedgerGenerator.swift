// SPDX-License-Identifier: Apache-2.0

public import Admission
public import NUMACore

/// Makes pods with pieces, decisions and books of every kind that a ledger can be given.
public struct LedgerGenerator {
    private var random: SeededGenerator

    private let isPlain: Bool

    /// - Parameter isPlain: whether all text is as in ordinary pods; else some has to be quoted.
    public init(seed: UInt64, isPlain: Bool = false) {
        random = SeededGenerator(seed: seed)
        self.isPlain = isPlain
    }

    /// A pod with what it holds.
    public mutating func admission(_ uid: String) -> LedgerAdmission {
        let containers = (0..<number(1...4)).map { container("container-\($0)") }
        let qos: QOSClass? = chance(3) ? [.guaranteed, .burstable, .bestEffort].randomElement(using: &random) : nil
        let pod = PodSpec(uid: uid, namespace: word(), name: word(), containers: containers, qos: qos)
        var affinities: [LedgerAffinity?] = []
        for _ in containers {
            let mask = chance(4) ? nil : nodes()
            affinities.append(chance(5) ? nil : LedgerAffinity(nodes: mask, isPreferred: chance(2)))
        }
        return LedgerAdmission(
            pod: pod, pieces: containers.map { _ in pieces() }, affinities: affinities,
            time: "2026-01-02T03:04:\(number(10...59))Z")
    }

    public mutating func pieces() -> [Assignment] { (0..<number(0...5)).map { _ in piece() } }

    /// What goes along with a change.
    public mutating func note(_ uid: String) -> LedgerNote {
        let decision = LedgerDecision(
            uid: uid, name: "default/" + word(), verdict: chance(2) ? "admitted" : "refused",
            text: "{\"text\":\"" + word() + "\"}")
        return LedgerNote(
            decision: chance(5) ? nil : decision, memory: chance(2) ? [memory("org.a.memory")] : [],
            machine: chance(4) ? word() : nil)
    }

    public mutating func memory(_ provider: String) -> LedgerMemory {
        var states: [MemoryState] = []
        for node in 0..<number(1...4) {
            let resources: [ResourceName] = ["hugepages-1Gi", "hugepages-2Mi", "memory"].filter { _ in chance(2) }
            states.append(
                MemoryState(
                    node: node * 3, assignments: number(0...9), cells: nodes(),
                    tables: resources.map {
                        MemoryState.Table(
                            $0, total: amount(), systemReserved: amount(), allocatable: amount(), free: amount())
                    }))
        }
        return LedgerMemory(provider: provider, states: states)
    }

    public mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// Once in so many times.
    public mutating func chance(_ times: Int) -> Bool { number(1...times) == 1 }

    private mutating func container(_ name: String) -> ContainerSpec {
        ContainerSpec(
            name: name, kind: [.app, .initialization, .sidecar].randomElement(using: &random) ?? .app,
            requests: amounts(), limits: amounts())
    }

    private mutating func amounts() -> ResourceAmounts {
        var amounts = ResourceAmounts()
        for name in ["cpu", "memory", "hugepages-2Mi", "nvidia.com/gpu", "a/\u{e9}\"\\b"] where chance(2) {
            amounts[ResourceName(isPlain && name.hasPrefix("a/") ? "a/b" : name)] = amount()
        }
        return amounts
    }

    /// Small and ordinary ones, and the largest.
    private mutating func amount() -> UInt64 {
        switch number(0...9) {
        case 0: 0
        case 1: .max
        case 2: UInt64(Int64.max) + UInt64(number(0...1))
        default: UInt64.random(in: 0..<(1 << 40), using: &random)
        }
    }

    private mutating func nodes() -> NUMANodeMask {
        NUMANodeMask((0..<number(0...4)).map { _ in number(0...(chance(5) ? 1023 : 7)) })
    }

    private mutating func piece() -> Assignment {
        let attributes = (0..<(chance(3) ? number(1...3) : 0)).map { _ in Assignment.Attribute(word(), word()) }
        let taken = chance(6) ? word() : nil
        switch number(0...2) {
        case 0:
            let cpus = CPUSet((0..<number(1...12)).map { _ in number(0...255) })
            return Assignment("cpu", .cpus(cpus), attributes: attributes, takenFrom: taken)
        case 1:
            let mask = nodes()
            let shares = mask.map { Assignment.Share(node: $0, bytes: amount()) }
            return Assignment(
                chance(2) ? "memory" : "hugepages-1Gi",
                .memory(nodes: mask, bytes: amount(), shares: chance(3) ? [] : shares), attributes: attributes,
                takenFrom: taken)
        default:
            return Assignment(
                "example.com/nic", .device(id: word(), nodes: nodes()), attributes: attributes, takenFrom: taken)
        }
    }

    /// Text of which some has what has to be quoted somewhere.
    private mutating func word() -> String {
        if isPlain { return "0000:3b:00.\(number(0...7))" }
        let parts = ["a", "b", "0000:3b:00.0", "-", "'", "\"", "\\", "\n", "\u{e9}", "\u{1f600}", ",", "]", "}", "/"]
        return (0..<number(1...6)).map { _ in parts[number(0...(parts.count - 1))] }.joined()
    }
}
