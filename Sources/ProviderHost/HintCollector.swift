// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Receives a provider's answer to `hints`, and notes the first rule of the contract that it breaks.
final class HintCollector {
    /// The most hints that one resource may have.
    static let limit = 1 << 16

    private let expected: [ResourceName]
    private let candidates: NUMANodeMask
    private var answers: [ResourceAnswer] = []
    private(set) var brokenRule: String?

    /// - Parameter expected: the claimed resources that the subject asks for, ascending.
    init(expected: [ResourceName], candidates: NUMANodeMask) {
        self.expected = expected
        self.candidates = candidates
    }

    /// The answers in ascending order of resource; ends the collecting.
    func finish() -> [ResourceAnswer] {
        let answered = Set(answers.map(\.resource))
        if let missing = expected.first(where: { !answered.contains($0) }) {
            broke("gave no answer for \(missing); each claimed resource that is asked for needs exactly one")
        }
        return answers.sorted { $0.resource < $1.resource }
    }

    func broke(_ rule: String) {
        if brokenRule == nil { brokenRule = rule }
    }

    /// Runs the call with a sink that leads here.
    func collect<Result>(_ body: (UnsafePointer<nh_hint_sink>) -> Result) -> Result {
        withExtendedLifetime(self) {
            // The sink does not outlive this call, and this call keeps the collector.
            var sink = unsafe nh_hint_sink(
                struct_size: MemoryLayout<nh_hint_sink>.size, data: Unmanaged.passUnretained(self).toOpaque(),
                limit: Self.limit,
                hint: { unsafe HintCollector.of($0)?.hint($1) },
                capacity: { unsafe HintCollector.of($0)?.capacity($1) },
                any: { unsafe HintCollector.of($0)?.single($1, .any) },
                none: { sink, resource, reason in
                    unsafe HintCollector.of(sink)?.single(resource, .impossible(BorderRecord.reason(reason)))
                })
            return unsafe withUnsafePointer(to: &sink, body)
        }
    }

    private static func of(_ sink: UnsafePointer<nh_hint_sink>) -> HintCollector? {
        guard let data = unsafe sink.pointee.data else { return nil }
        return unsafe Unmanaged<HintCollector>.fromOpaque(data).takeUnretainedValue()
    }

    // MARK: What a provider calls

    private func hint(_ record: UnsafePointer<nh_hint>) {
        guard unsafe BorderRecord.has(record, \.flags) else { return broke("gave a hint that is too short") }
        guard let nodes: NUMANodeMask = unsafe BorderRecord.set(record.pointee.nodes) else {
            return broke("gave a hint whose nodes are NULL though their count is not 0")
        }
        guard let resource = unsafe name(record.pointee.resource) else { return }
        let flags = unsafe record.pointee.flags
        let hint = TopologyHint(
            nodes: nodes.isEmpty ? nil : nodes, isPreferred: flags & nh_hint_flags(NH_HINT_PREFERRED) != 0,
            includesWider: flags & nh_hint_flags(NH_HINT_AND_WIDER) != 0)
        append(hint, to: resource)
    }

    private func append(_ hint: TopologyHint, to resource: ResourceName) {
        if let nodes = hint.nodes, !nodes.isSubset(of: candidates) {
            return broke(
                "hint for \(resource) names node(s) \(nodes.subtracting(candidates).list), not candidates")
        }
        guard answers.last?.resource == resource else { return add(resource, .hints([hint])) }
        guard case .hints(var hints)? = answers.last?.placement else {
            return broke("gave a hint for \(resource) after another kind of answer for it")
        }
        guard hints.count < Self.limit else {
            return broke("gave more than \(Self.limit) hints for \(resource)")
        }
        if let last = hints.last, !Self.isAscending(last, hint) {
            return broke(
                "hints for \(resource) are not ascending by node count and list of nodes: "
                    + "\(Self.text(hint)) after \(Self.text(last))")
        }
        hints.append(hint)
        answers[answers.count - 1].placement = .hints(hints)
    }

    private func capacity(_ record: UnsafePointer<nh_capacity>) {
        guard let resource = unsafe name(record.pointee.resource) else { return }
        switch unsafe CapacityRecord.value(record, candidates: candidates) {
        case .success(let capacity): add(resource, .capacity(capacity))
        case .failure(let rule): broke("capacity for \(resource) \(rule.text)")
        }
    }

    private func single(_ resource: UnsafePointer<CChar>, _ placement: ResourceAnswer.Placement) {
        guard let resource = unsafe name(resource) else { return }
        add(resource, placement)
    }

    private func add(_ resource: ResourceName, _ placement: ResourceAnswer.Placement) {
        guard !answers.contains(where: { $0.resource == resource }) else {
            return broke("answered twice for \(resource)")
        }
        answers.append(ResourceAnswer(resource, placement))
    }

    private func name(_ text: UnsafePointer<CChar>) -> ResourceName? {
        let resource = ResourceName(unsafe String(cString: text))
        guard expected.contains(resource) else {
            broke("answered for \(resource), which it does not claim or was not asked for")
            return nil
        }
        return resource
    }

    // MARK: The order of hints

    /// A hint without a mask comes before those with one.
    private static func isAscending(_ left: TopologyHint, _ right: TopologyHint) -> Bool {
        guard let before = left.nodes else { return right.nodes != nil }
        guard let after = right.nodes else { return false }
        let (fewer, more) = (before.count, after.count)
        return fewer == more ? before.lexicographicallyPrecedes(after) : fewer < more
    }

    private static func text(_ hint: TopologyHint) -> String { hint.nodes?.description ?? "no mask" }
}
