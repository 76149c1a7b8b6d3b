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
    private(set) var brokenRule: BrokenRule?

    /// - Parameter expected: the claimed resources that the subject asks for, ascending.
    init(expected: [ResourceName], candidates: NUMANodeMask) {
        self.expected = expected
        self.candidates = candidates
    }

    /// The answers in ascending order of resource; ends the collecting.
    func finish() -> [ResourceAnswer] {
        answers.sort { $0.resource < $1.resource }
        let missing = expected.first { resource in !answers.contains { $0.resource == resource } }
        if brokenRule == nil, let missing {
            brokenRule = BrokenRule(
                "gave no answer for \(missing); each claimed resource that is asked for needs exactly one", .oneAnswer)
        }
        return answers
    }

    /// Runs the call with a sink that leads here.
    func collect<Result>(_ body: (UnsafePointer<nh_hint_sink>) -> Result) -> Result {
        withExtendedLifetime(self) {
            // The sink does not outlive this call, and this call keeps the collector.
            var sink = unsafe nh_hint_sink(
                struct_size: MemoryLayout<nh_hint_sink>.size, data: Unmanaged.passUnretained(self).toOpaque(),
                limit: Self.limit,
                hint: { sink, record in
                    unsafe HintCollector.note(sink) { (collector) throws(BrokenRule) in
                        try unsafe collector.hint(record)
                    }
                },
                capacity: { sink, record in
                    unsafe HintCollector.note(sink) { (collector) throws(BrokenRule) in
                        try unsafe collector.capacity(record)
                    }
                },
                any: { sink, resource in
                    unsafe HintCollector.note(sink) { (collector) throws(BrokenRule) in
                        try unsafe collector.add(collector.name(resource), .any)
                    }
                },
                none: { sink, resource, reason in
                    unsafe HintCollector.note(sink) { (collector) throws(BrokenRule) in
                        let resource = try unsafe collector.name(resource)
                        let why = try collector.rule("gave") { () throws(BrokenRule) in
                            try unsafe BorderRecord.reason(reason)
                        }
                        try collector.add(resource, .impossible(why))
                    }
                })
            return unsafe withUnsafePointer(to: &sink, body)
        }
    }

    /// Takes down one answer for the collector that the sink leads to, or the rule that it breaks.
    private static func note(
        _ sink: UnsafePointer<nh_hint_sink>, _ answer: (HintCollector) throws(BrokenRule) -> Void
    ) {
        guard unsafe !BorderRecord.isNull(sink), let data = unsafe sink.pointee.data else { return }
        let collector = unsafe Unmanaged<HintCollector>.fromOpaque(data).takeUnretainedValue()
        // What follows a broken rule is turned down with it, and not looked at.
        guard collector.brokenRule == nil else { return }
        do {
            try answer(collector)
        } catch {
            collector.brokenRule = error
        }
    }

    // MARK: What a provider calls

    private func hint(_ record: UnsafePointer<nh_hint>) throws(BrokenRule) {
        try unsafe BorderRecord.check(record, knows: \.flags, "gave a hint")
        let resource = try unsafe name(record.pointee.resource)
        let nodes: NUMANodeMask = try rule("gave a hint for \(resource) with") { () throws(BrokenRule) in
            try unsafe BorderRecord.set(record.pointee.nodes, "nodes")
        }
        let flags = unsafe record.pointee.flags
        let hint = TopologyHint(
            nodes: nodes.isEmpty ? nil : nodes, isPreferred: flags & nh_hint_flags(NH_HINT_PREFERRED) != 0,
            includesWider: flags & nh_hint_flags(NH_HINT_AND_WIDER) != 0)
        try append(hint, to: resource)
    }

    private func append(_ hint: TopologyHint, to resource: ResourceName) throws(BrokenRule) {
        if let nodes = hint.nodes, !nodes.isSubset(of: candidates) {
            let others = nodes.subtracting(candidates).list
            throw BrokenRule("hint for \(resource) names node(s) \(others), not candidates", .hintBounds)
        }
        guard answers.last?.resource == resource else { return try add(resource, .hints([hint])) }
        guard case .hints(var hints)? = answers.last?.placement else {
            throw BrokenRule("gave a hint for \(resource) after another kind of answer for it", .oneAnswer)
        }
        guard hints.count < Self.limit else {
            throw BrokenRule("gave more than \(Self.limit) hints for \(resource)", .hintOrder)
        }
        if let last = hints.last, !Self.isAscending(last, hint) {
            throw BrokenRule(
                "hints for \(resource) are not ascending by node count and list of nodes: "
                    + "\(Self.text(hint)) after \(Self.text(last))", .hintOrder)
        }
        // Taken out while it grows: two owners would copy the list at each hint.
        answers[answers.count - 1].placement = .any
        hints.append(hint)
        answers[answers.count - 1].placement = .hints(hints)
    }

    private func capacity(_ record: UnsafePointer<nh_capacity>) throws(BrokenRule) {
        try unsafe BorderRecord.check(record, knows: \.flags, "gave a capacity")
        let resource = try unsafe name(record.pointee.resource)
        let capacity = try rule("capacity for \(resource) has") { () throws(BrokenRule) in
            try unsafe CapacityRecord.value(record, candidates: candidates)
        }
        try add(resource, .capacity(capacity))
    }

    private func add(_ resource: ResourceName, _ placement: ResourceAnswer.Placement) throws(BrokenRule) {
        guard !answers.contains(where: { $0.resource == resource }) else {
            throw BrokenRule("answered twice for \(resource)", .oneAnswer)
        }
        answers.append(ResourceAnswer(resource, placement))
    }

    private func name(_ text: UnsafePointer<CChar>) throws(BrokenRule) -> ResourceName {
        let resource = ResourceName(try unsafe BorderRecord.text(text, "gave a resource"))
        guard expected.contains(resource) else {
            throw BrokenRule("answered for \(resource), which it does not claim or was not asked for", .unasked)
        }
        return resource
    }

    /// Says before the rule what it was about.
    private func rule<Value>(
        _ subject: @autoclosure () -> String, _ body: () throws(BrokenRule) -> Value
    ) throws(BrokenRule) -> Value {
        do {
            return try body()
        } catch {
            throw error.of(subject())
        }
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
