// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import NUMACore
package import NUMAHints
import Presentation
import Synchronization

/// What the service counts of itself and of its node.
package final class ServiceMetrics: NodeObserver {
    private let measured = Mutex(Measurements())
    private let drift = DriftWatch()

    package init(version: String) {
        measured.withLock { measured in
            measured.set(.build, [version], to: 1)
            for metric in Metric.allCases where metric.labels.isEmpty {
                switch metric.kind {
                case .counter where metric != .cpuSeconds: measured.add(0, to: metric)
                case .histogram: measured.begin(metric)
                case .counter, .gauge: break
                }
            }
            for outcome in AdmissionFacts.Outcome.allCases { measured.add(0, to: .admissions, [outcome.rawValue]) }
            for scope in ["container", "pod"] {
                measured.add(0, to: .alignedUnits, [Self.boundary, scope])
                measured.add(0, to: .misalignedUnits, [Self.boundary, scope])
            }
        }
    }

    /// What is aligned with what, as the kubelet names it.
    private static let boundary = "numa_node"

    // MARK: What the service does

    /// - Parameter seconds: from the end of the request to the answer.
    func observe(_ call: Call, _ status: HTTPResponseStatus, seconds: Double) {
        measured.withLock { measured in
            measured.add(to: .calls, [call.rawValue, "\(status.code)"])
            measured.see(seconds, in: .callSeconds, [call.rawValue])
        }
    }

    /// A request that became no call.
    func refuse(_ head: HTTPRequestHead, _ problem: Problem) {
        measured.withLock { $0.add(to: .refusedRequests, ["\(problem.status.code)"]) }
    }

    /// A connection, or a call, for which there was no room.
    func turnAway() { measured.withLock { $0.add(to: .turnedAway) } }

    /// A client that let a time pass.
    func late() { measured.withLock { $0.add(to: .timeouts) } }

    /// A client that did not take its events.
    func slow() { measured.withLock { $0.add(to: .slowListeners) } }

    /// What is open and under way at this moment.
    func note(connections: Int, streams: Int, waiting: [Call.Need: Int]) {
        measured.withLock { measured in
            measured.set(.connections, to: Double(connections))
            measured.set(.streams, to: Double(streams))
            measured.set(.waitingCalls, ["changing"], to: Double(waiting[.changing, default: 0]))
            measured.set(.waitingCalls, ["reading"], to: Double(waiting[.reading, default: 0]))
        }
    }

    // MARK: What the node does

    package func admitted(_ facts: AdmissionFacts) {
        measured.withLock { measured in
            measured.add(to: .admissions, [facts.outcome.rawValue])
            measured.add(to: .admissionRequests)
            measured.see(facts.seconds * 1000, in: .admissionMilliseconds)
            let isAdmitted = facts.outcome == .admitted || facts.outcome == .held
            if !isAdmitted, facts.usesHints { measured.add(to: .admissionErrors) }
            measured.add(Double(facts.aligned), to: .alignedUnits, [Self.boundary, facts.scope])
            measured.add(Double(facts.misaligned), to: .misalignedUnits, [Self.boundary, facts.scope])
            if let refusal = facts.refusal { measured.add(to: .refusals, [refusal.kind, refusal.reason]) }
        }
    }

    package func merged(seconds: Double, steps: Int) {
        measured.withLock { measured in
            measured.see(seconds, in: .mergeSeconds)
            measured.see(Double(steps), in: .mergeSteps)
        }
    }

    package func called(_ provider: String, _ call: String, seconds: Double, fault: String?) {
        measured.withLock { measured in
            measured.see(seconds, in: .providerSeconds, [call, provider])
            if let fault { measured.add(to: .providerFaults, [fault, provider]) }
        }
    }

    // MARK: The answer

    /// Everything that was counted, and what the node and the process are like now. What cannot be read is left out.
    ///
    /// Starts a look for drift where the last one is old; the next answer has what it finds.
    package func text(of node: ManagedNode) -> String {
        ExpositionText.of(measurements(of: node, holdings: try? node.status()))
    }

    /// - Parameter holdings: of the node; nil if they cannot be read.
    package func measurements(of node: ManagedNode, holdings: Holdings?) -> Measurements {
        drift.refresh(node)
        // Not together with the lock: admissions must not wait for files.
        var now = measured.withLock { $0 }
        now.take(holdings)
        now.take(drift.state)
        now.take(ProcessFigures.current)
        return now
    }
}

extension Measurements {
    mutating func take(_ holdings: Holdings?) {
        if let holdings { set(.pods, to: Double(holdings.pods.count)) }
        set(.nodeReadable, to: holdings?.figures == nil ? 0 : 1)
        guard let figures = holdings?.figures else { return }
        for figure in figures {
            let labels = [figure.node, figure.resource]
            if let capacity = figure.capacity { set(.nodeCapacity, labels, to: capacity) }
            if let free = figure.free { set(.nodeFree, labels, to: free) }
            set(.nodeHeld, labels, to: figure.held)
        }
        let cpus = figures.filter { $0.resource == ResourceName.cpu.rawValue }
        guard !cpus.isEmpty else { return }
        set(.exclusiveCPUs, to: cpus.reduce(0) { $0 + $1.held })
        set(.sharedMillicores, to: cpus.reduce(0) { $0 + ($1.free ?? 0) } * 1000)
        for figure in cpus { set(.cpusByNode, [figure.node], to: figure.held) }
    }

    mutating func take(_ drift: DriftWatch.State) {
        add(Double(drift.failures), to: .lookFailures)
        guard let look = drift.last else { return }
        set(.driftedContainers, to: Double(look.drifted))
        set(.lookedAtContainers, to: Double(look.lookedAt))
        set(.lookSeconds, to: look.seconds)
        set(.lookTime, to: look.ended)
    }

    mutating func take(_ process: ProcessFigures) {
        if let seconds = process.cpuSeconds { set(.cpuSeconds, to: seconds) }
        if let files = process.openFiles { set(.openFiles, to: Double(files)) }
        if let bytes = process.residentBytes { set(.residentBytes, to: Double(bytes)) }
        if let start = process.startTime { set(.startTime, to: start) }
    }
}
