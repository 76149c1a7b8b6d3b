// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Puts the lines of one decision together: by pod and container, and by order where a line names neither.
struct DecisionGrouper {
    private var settings = LoggedSettings()
    /// Of the youngest decisions, to which later lines can belong; in order of their first lines.
    private var open: [OpenDecision] = []
    /// The pods that the topology manager was asked about, and of which no hints came yet; an empty reference for
    /// one that was not named.
    private var asked: [PodReference] = []
    private var hasBegun = false
    /// Whether the log has the lines that say so.
    private var hasAsked = false

    /// How many decisions wait for lines, and about how many bytes they keep.
    static let mostOpen = 64
    static let mostBytes = 32 << 20

    /// Takes what a line's form says about the version.
    mutating func note(_ record: LogRecord) {
        if record.form == .sentence { settings.hasSentences = true }
        if record.isLate { settings.isLate = true }
    }

    /// Takes one line.
    ///
    /// - Returns: the decisions to which no more lines will be added.
    mutating func take(_ event: LogEvent, line: Int, weight: Int) -> [LoggedDecision] {
        switch event {
        case .version(let text):
            let flushed = finish()
            let hasSentences = settings.hasSentences
            settings = LoggedSettings()
            settings.hasSentences = hasSentences
            settings.version = .init(value: text, line: line)
            return flushed
        case .start(let policy, let scope, let prefersClosest):
            let flushed = finish()
            settings.policy = policy.map { .init(value: $0, line: line) }
            settings.scope = scope.map { .init(value: $0, line: line) }
            settings.prefersClosest = prefersClosest.map { .init(value: $0, line: line) }
            return flushed
        case .nodeCount(let count):
            settings.nodeCount = .init(value: count, line: line)
        case .asked(let pod):
            asked = asked.suffix(Self.mostOpen).filter { $0 != PodReference() } + [pod ?? PodReference()]
            hasAsked = true
        case .remark(let resource, let isImpossible):
            remark(resource, isImpossible, line)
        case .hints(let place, let answers):
            hints(place, answers, line, weight)
        case .merged(let place, let hint, let isWholePod):
            merged(place, hint, isWholePod, line)
        case .best(let place, let hint):
            best(place, hint, line)
        case .admitted(let place, let hint):
            admitted(place, hint, line)
        case .failed(let pod, let reason, let message):
            failed(pod, LoggedDecision.Failure(reason: reason, message: message, line: line))
        }
        return flush()
    }

    /// What is left at the end of the log, or of a kubelet.
    mutating func finish() -> [LoggedDecision] {
        defer {
            open = []
            asked = []
        }
        return open.map(\.decision)
    }

    private mutating func flush() -> [LoggedDecision] {
        var count = max(0, open.count - Self.mostOpen)
        var weight = open.dropFirst(count).reduce(0) { $0 + $1.weight }
        while weight > Self.mostBytes, count < open.count - 1 {
            weight -= open[count].weight
            count += 1
        }
        defer { open.removeFirst(count) }
        return open.prefix(count).map(\.decision)
    }

    // MARK: The lines of one decision

    private mutating func begin(_ place: LogEvent.Place, _ line: Int) -> Int {
        var decision = LoggedDecision(line: line)
        decision.pod = place.pod ?? PodReference()
        decision.container = place.container
        // Containers after the first are not asked about anew.
        let earlier = open.last { $0.pod.agrees(with: decision.pod) }
        if let index = askedIndex(place) {
            decision.pod.add(asked.remove(at: index))
        } else if let earlier {
            decision.pod.add(PodReference(uid: earlier.pod.uid))
        } else {
            decision.isCut = hasAsked || !hasBegun
        }
        hasBegun = true
        decision.settings = settings
        open.append(OpenDecision(decision))
        return open.count - 1
    }

    /// Which of the pods that were asked about this is.
    private func askedIndex(_ place: LogEvent.Place) -> Int? {
        asked.lastIndex { known in known == PodReference() || place.pod.map(known.agrees) ?? true }
    }

    private mutating func hints(
        _ place: LogEvent.Place, _ answers: [LoggedAnswer]?, _ line: Int, _ weight: Int
    ) {
        for answer in answers ?? [] {
            guard case .hints(let hints) = answer.placement else { continue }
            for hint in hints { see(hint) }
        }
        let isAnew = askedIndex(place) != nil
        let known = isAnew ? nil : newest(place) { $0.best == nil && $0.verdict == .unknown }
        let index = known ?? begin(place, line)
        open[index].isWholePod = place.container == nil
        open[index].providers.append(.init(line: line, answers: answers))
        open[index].weight += weight
        touch(index, line)
    }

    /// An empty list of the youngest decision is explained.
    private mutating func remark(_ resource: ResourceName, _ isImpossible: Bool, _ line: Int) {
        guard let index = open.indices.last, open[index].best == nil else { return }
        for provider in open[index].providers.indices {
            let place = open[index].providers[provider].answers?.firstIndex {
                $0.resource == resource && $0.placement == .nothing
            }
            guard let place else { continue }
            open[index].providers[provider].answers?[place].placement = isImpossible ? .impossible : .noPreference
            return touch(index, line)
        }
    }

    private mutating func merged(_ place: LogEvent.Place, _ hint: LoggedHint, _ isWholePod: Bool, _ line: Int) {
        see(hint)
        let index: Int
        if place.pod != nil {
            index = newest(place) { $0.best == nil && $0.verdict == .unknown } ?? begin(place, line)
        } else if let last = open.indices.last, open[last].best == nil, open[last].verdict == .unknown {
            index = last
        } else {
            index = begin(place, line)
        }
        open[index].isWholePod = isWholePod
        open[index].best = hint
        open[index].bestLine = line
        touch(index, line)
    }

    private mutating func best(_ place: LogEvent.Place, _ hint: LoggedHint, _ line: Int) {
        see(hint)
        let index = bound(place) { !$0.isSettled && $0.verdict == .unknown } ?? begin(place, line)
        open[index].best = hint
        open[index].bestLine = line
        open[index].isSettled = true
        if place.container == nil { open[index].isWholePod = true }
        touch(index, line)
    }

    private mutating func admitted(_ place: LogEvent.Place, _ hint: LoggedHint?, _ line: Int) {
        if let index = bound(place, { $0.verdict != .refused && $0.failure == nil }) {
            // A whole pod is admitted once, and each of its containers told.
            open[index].verdict = .admitted
            if open[index].best == nil, let hint { (open[index].best, open[index].bestLine) = (hint, line) }
            return touch(index, line)
        }
        guard let hint else { return }
        see(hint)
        let index = begin(place, line)
        open[index].verdict = .admitted
        (open[index].best, open[index].bestLine) = (hint, line)
    }

    private mutating func failed(_ pod: PodReference, _ failure: LoggedDecision.Failure) {
        let isRefusal = failure.reason == "TopologyAffinityError"
        if let index = open.lastIndex(where: { $0.pod.agrees(with: pod) }) {
            guard open[index].failure == nil, !isRefusal || open[index].verdict == .unknown else { return }
            if isRefusal { open[index].verdict = .refused }
            open[index].failure = failure
            open[index].pod.add(pod)
            touch(index, failure.line)
        } else if isRefusal {
            let index = begin(.init(pod: pod), failure.line)
            open[index].verdict = .refused
            open[index].failure = failure
        }
    }

    // MARK: Which decision

    /// The youngest of the pod and container, if it is such.
    private func newest(_ place: LogEvent.Place, _ isSuch: (OpenDecision) -> Bool) -> Int? {
        guard let pod = place.pod else { return nil }
        let index = open.lastIndex { decision in
            decision.pod.agrees(with: pod)
                && (decision.isWholePod || place.container == nil
                    || decision.container ?? place.container == place.container)
        }
        guard let index, isSuch(open[index]) else { return nil }
        return index
    }

    /// The same, or the youngest of all where one names the pod and the other its UID, or it is not named yet.
    private mutating func bound(_ place: LogEvent.Place, _ isSuch: (OpenDecision) -> Bool) -> Int? {
        if let index = newest(place, isSuch) {
            if let pod = place.pod { open[index].pod.add(pod) }
            if !open[index].isWholePod { open[index].container = open[index].container ?? place.container }
            return index
        }
        guard let index = open.indices.last, let pod = place.pod, isSuch(open[index]) else { return nil }
        let known = open[index].pod
        let isOtherHalf = (known.uid == nil && pod.name == nil) || (known.name == nil && pod.uid == nil)
        guard known == PodReference() || isOtherHalf,
            open[index].container == nil || open[index].container == place.container
        else { return nil }
        open[index].pod.add(pod)
        if !open[index].isWholePod { open[index].container = place.container }
        return index
    }

    private mutating func touch(_ index: Int, _ line: Int) {
        open[index].lastLine = max(open[index].lastLine, line)
        open[index].settings = settings
    }

    private mutating func see(_ hint: LoggedHint) {
        if let hint = hint.hint { see(hint) }
    }

    private mutating func see(_ hint: TopologyHint) {
        if let nodes = hint.nodes, !nodes.isSubset(of: settings.seenNodes) {
            settings.seenNodes = settings.seenNodes.union(nodes)
        }
    }
}

/// A decision to which lines can be added.
@dynamicMemberLookup
private struct OpenDecision {
    var decision: LoggedDecision
    /// Whether there is a line that says the result by the name of the pod.
    var isSettled = false
    /// About how many bytes of the log it keeps.
    var weight = 0

    init(_ decision: LoggedDecision) { self.decision = decision }

    subscript<Value>(dynamicMember path: WritableKeyPath<LoggedDecision, Value>) -> Value {
        get { decision[keyPath: path] }
        set { decision[keyPath: path] = newValue }
    }
}
