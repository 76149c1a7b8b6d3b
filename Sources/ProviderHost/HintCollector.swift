// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// Receives a provider's answer to `hints`, and notes the first rule of the contract that it breaks.
struct HintCollector {
    /// The most hints that one resource may have.
    static let limit = 1 << 16
    // To find out how a record is laid out takes longer than to read it.
    private static let hintSize = unsafe BorderRecord.size(through: \nh_hint.flags)
    private static let capacitySize = unsafe BorderRecord.size(through: \nh_capacity.flags)

    /// What the provider was asked.
    private let request: LentRequest
    private var answers: [ResourceAnswer] = []
    /// Which of the expected resources have an answer, by their places, and which got one last.
    private var answered = BitWords()
    private var last: Int?
    /// The hints for the last one, which are not among the answers yet; empty if its answer is another one.
    private var hints: [TopologyHint] = []
    private(set) var brokenRule: BrokenRule?

    init(_ request: LentRequest) { self.request = request }

    /// The answers in ascending order of resource; ends the collecting.
    mutating func finish() -> [ResourceAnswer] {
        endHints()
        if answers.count > 1 { answers.sort { $0.resource < $1.resource } }
        if brokenRule == nil, let missing = request.expected.indices.first(where: { !answered.contains($0) }) {
            brokenRule = BrokenRule(
                "gave no answer for \(name(missing)); each claimed resource that is asked for needs exactly one",
                .oneAnswer)
        }
        return answers
    }

    /// Runs the call with a sink that leads here.
    mutating func collect<Result>(_ body: (UnsafePointer<nh_hint_sink>) -> Result) -> Result {
        unsafe withUnsafeMutablePointer(to: &self) { own in
            // The sink does not outlive this call, during which it alone leads to the collector.
            var sink = unsafe nh_hint_sink(
                struct_size: MemoryLayout<nh_hint_sink>.size, data: UnsafeMutableRawPointer(own), limit: Self.limit,
                hint: { sink, record in
                    unsafe HintCollector.note(sink) { (collector: inout HintCollector) throws(BrokenRule) in
                        try unsafe collector.hint(record)
                    }
                },
                capacity: { sink, record in
                    unsafe HintCollector.note(sink) { (collector: inout HintCollector) throws(BrokenRule) in
                        try unsafe collector.capacity(record)
                    }
                },
                any: { sink, resource in
                    unsafe HintCollector.note(sink) { (collector: inout HintCollector) throws(BrokenRule) in
                        try unsafe collector.add(collector.place(of: resource), .any)
                    }
                },
                none: { sink, resource, reason in
                    unsafe HintCollector.note(sink) { (collector: inout HintCollector) throws(BrokenRule) in
                        let place = try unsafe collector.place(of: resource)
                        let why = try HintCollector.rule("gave") { () throws(BrokenRule) in
                            try unsafe BorderRecord.reason(reason)
                        }
                        try collector.add(place, .impossible(why))
                    }
                })
            return unsafe withUnsafePointer(to: &sink, body)
        }
    }

    /// Takes down one answer for the collector that the sink leads to, or the rule that it breaks.
    private static func note(
        _ sink: UnsafePointer<nh_hint_sink>, _ answer: (inout HintCollector) throws(BrokenRule) -> Void
    ) {
        guard unsafe !BorderRecord.isNull(sink), let data = unsafe sink.pointee.data else { return }
        let collector = unsafe data.assumingMemoryBound(to: HintCollector.self)
        // What follows a broken rule is turned down with it, and not looked at.
        guard unsafe collector.pointee.brokenRule == nil else { return }
        do {
            try unsafe answer(&collector.pointee)
        } catch {
            unsafe collector.pointee.brokenRule = error
        }
    }

    // MARK: What a provider calls

    private mutating func hint(_ record: UnsafePointer<nh_hint>) throws(BrokenRule) {
        try unsafe BorderRecord.check(record, hasBytes: Self.hintSize, "gave a hint")
        let place = try unsafe place(of: record.pointee.resource)
        let nodes: NUMANodeMask = try Self.rule("gave a hint for \(name(place)) with") { () throws(BrokenRule) in
            try unsafe BorderRecord.set(record.pointee.nodes, "nodes")
        }
        let flags = unsafe record.pointee.flags
        let hint = TopologyHint(
            nodes: nodes.isEmpty ? nil : nodes, isPreferred: flags & nh_hint_flags(NH_HINT_PREFERRED) != 0,
            includesWider: flags & nh_hint_flags(NH_HINT_AND_WIDER) != 0)
        try append(hint, to: place)
    }

    private mutating func append(_ hint: TopologyHint, to place: Int) throws(BrokenRule) {
        if let nodes = hint.nodes, !nodes.isSubset(of: request.candidateNodes) {
            let others = nodes.subtracting(request.candidateNodes).list
            throw BrokenRule("hint for \(name(place)) names node(s) \(others), not candidates", .hintBounds)
        }
        if last != place {
            try begin(place)
            hints.reserveCapacity(8)
        } else if hints.isEmpty {
            throw BrokenRule("gave a hint for \(name(place)) after another kind of answer for it", .oneAnswer)
        }
        guard hints.count < Self.limit else {
            throw BrokenRule("gave more than \(Self.limit) hints for \(name(place))", .hintOrder)
        }
        let before = hints.count - 1
        guard before < 0 || Self.isAscending(hints[before].nodes, hint.nodes) else {
            throw BrokenRule(
                "hints for \(name(place)) are not ascending by node count and list of nodes: "
                    + "\(Self.text(hint)) after \(Self.text(hints[before]))", .hintOrder)
        }
        hints.append(hint)
    }

    private mutating func capacity(_ record: UnsafePointer<nh_capacity>) throws(BrokenRule) {
        try unsafe BorderRecord.check(record, hasBytes: Self.capacitySize, "gave a capacity")
        let place = try unsafe place(of: record.pointee.resource)
        let capacity = try Self.rule("capacity for \(name(place)) has") { () throws(BrokenRule) in
            try unsafe CapacityRecord.value(record, candidates: request.candidateNodes)
        }
        try add(place, .capacity(capacity))
    }

    private mutating func add(_ place: Int, _ placement: ResourceAnswer.Placement) throws(BrokenRule) {
        try begin(place)
        answers.append(ResourceAnswer(name(place), placement))
    }

    /// Begins the answer for a resource that has none yet.
    private mutating func begin(_ place: Int) throws(BrokenRule) {
        endHints()
        guard !answered.contains(place) else {
            throw BrokenRule("answered twice for \(name(place))", .oneAnswer)
        }
        answered.insert(place)
        last = place
    }

    private mutating func endHints() {
        guard let last, !hints.isEmpty else { return }
        answers.append(ResourceAnswer(name(last), .hints(hints)))
        hints = []
    }

    private func name(_ place: Int) -> ResourceName { request.expected[place] }

    /// The place of a resource among the expected ones.
    private func place(of text: UnsafePointer<CChar>) throws(BrokenRule) -> Int {
        // Mostly it has the very bytes, so that no other text needs to be made of them.
        for place in request.expected.indices where unsafe BorderRecord.isText(text, name(place).rawValue) {
            return place
        }
        let resource = ResourceName(try unsafe BorderRecord.text(text, "gave a resource"))
        guard let place = request.expected.firstIndex(of: resource) else {
            throw BrokenRule("answered for \(resource), which it does not claim or was not asked for", .unasked)
        }
        return place
    }

    /// Says before the rule what it was about.
    private static func rule<Value>(
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
    private static func isAscending(_ left: NUMANodeMask?, _ right: NUMANodeMask?) -> Bool {
        guard let before = left else { return right != nil }
        guard let after = right else { return false }
        let (fewer, more) = (before.count, after.count)
        return fewer == more ? before.lexicographicallyPrecedes(after) : fewer < more
    }

    private static func text(_ hint: TopologyHint) -> String { hint.nodes?.description ?? "no mask" }
}
