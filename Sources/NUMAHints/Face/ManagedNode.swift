// SPDX-License-Identifier: Apache-2.0

import Admission
package import Enforcement
import KubernetesFormats
import Ledger
import Logging
package import NUMACore

/// What is done on one node, each from its beginning to its end on the thread of the caller.
///
/// Nothing is kept in between: each call reads machine, files and ledger as they are then, and lets the ledger go before it
/// returns. So others, commands among them, get in between any two calls.
package struct ManagedNode: Sendable {
    let setup: NodeSetup
    let ledger: LedgerSource
    let options: TopologyManager.Options
    /// Nil where nobody measures.
    package var observer: (any NodeObserver)?

    /// - Parameter rules: instead of those that the options have.
    package init(_ options: TopologyManager.Options, rules: NodeRules? = nil) throws(NUMAHintsError) {
        self.options = options
        var (setup, ledger) = try options.setup()
        if let rules { setup.rules = rules }
        self.setup = setup
        self.ledger = ledger
    }

    /// Reads machine and files and opens the providers, to learn now what does not work.
    ///
    /// - Returns: what should be known of the settings.
    package func check() throws(NUMAHintsError) -> [String] {
        try Self.typed { try withNode { $0.warnings } }
    }

    package func admit(_ pod: PodSpec, warnings: [String] = []) throws(NUMAHintsError) -> Decision {
        try Self.typed {
            try withAllocator(comparesMemory: true) { allocator, said in
                Decision(admission: try admit(pod, by: &allocator), warnings + said)
            }
        }
    }

    private func admit(
        _ pod: PodSpec, by allocator: inout NodeAllocator
    ) throws(NUMAHintsError) -> NodeAllocator.Outcome {
        let (start, settings) = (ContinuousClock.now, allocator.settings)
        do throws(NUMAHintsError) {
            let outcome = try allocator.admit(pod)
            observer?.admitted(AdmissionFacts(outcome, settings, seconds: start.secondsSince))
            return outcome
        } catch {
            observer?.admitted(AdmissionFacts(AdmissionFacts.Outcome.failed, settings, seconds: start.secondsSince))
            throw error
        }
    }

    /// - Parameters:
    ///   - changes: how many changes at most are looked for that would let a refused pod in, or align it.
    ///   - patience: how long they are looked for; nil for as long as it takes.
    package func explain(
        _ pod: PodSpec, changes: Int, warnings: [String] = [], patience: Duration? = nil
    ) throws(NUMAHintsError) -> Decision {
        guard (0...100).contains(changes) else {
            throw NUMAHintsError(.usage, "the number of changes must be 0 to 100, found \(changes)")
        }
        return try Self.typed {
            let held = try ledger.reading { try $0.holdings() } ?? (pods: [], memory: [])
            return try withNode(comparesWithKubelet: true) { node in
                // What was begun and not ended, the next admission undoes.
                let settled = held.pods.filter { $0.state == .committed }
                let lost = try node.restore(settled, held.memory).map(\.description)
                let memory = node.memoryWarnings()
                node.trialsEnd = patience.map { .now + $0 }
                let explanations = node.explain([pod], changes: changes)
                guard let explanation = explanations.first else { throw NUMAHintsError(.bug, "nothing was decided") }
                return Decision(
                    explanation: explanation,
                    warnings + node.warnings + lost + node.lost + memory + node.cutWarnings(after: patience))
            }
        }
    }

    package func release(_ holder: Holder) throws(NUMAHintsError) -> Release {
        guard !holder.podUID.isEmpty, holder.container?.isEmpty != true else {
            throw NUMAHintsError(.usage, "the uid and the container's name must not be empty")
        }
        return try Self.typed {
            try withAllocator(history: .max) { allocator, said in
                let had = try allocator.release(holder)
                return Release(holder, had: had, said)
            }
        }
    }

    package func attach(
        _ holder: Holder, at place: Attachment.Place, partition: CpusetPartition? = nil
    ) throws(NUMAHintsError) -> Attachment {
        try Self.typed {
            let tree = try CgroupTree(root: options.cgroupRoot)
            let host = options.hostRoot.hasSuffix("/") ? String(options.hostRoot.dropLast()) : options.hostRoot
            let named: CgroupPlace =
                switch place {
                case .kubelet: .kubelet(root: host)
                case .path(let path): .path(path)
                case .process(let pid): .process(pid)
                }
            return try withAllocator(history: .max) { allocator, _ in
                let attached = try allocator.attach(holder, at: named, in: tree, partition: partition) {
                    options.logger.warning("\($0)")
                }
                return Attachment(
                    holder.container ?? "", of: attached.pod, in: attached.group, attached.confinement)
            }
        }
    }

    package func status() throws(NUMAHintsError) -> Holdings {
        try Self.typed {
            let held = try ledger.reading { try $0.holdings() } ?? (pods: [], memory: [])
            return Holdings(
                held.pods, try setup.status(of: held, logger: options.logger), ledger: ledger.path)
        }
    }

    /// The one pod of a text, which may be YAML or JSON.
    package static func pod(of text: String, file: String) throws(NUMAHintsError) -> (PodSpec, warnings: [String]) {
        try pod(of: SourceText(text, file: file))
    }

    /// The one pod of bytes, which should be UTF-8.
    package static func pod(of bytes: [UInt8], file: String) throws(NUMAHintsError) -> (PodSpec, warnings: [String]) {
        try pod(of: try typed { try SourceText(bytes: bytes, file: file) })
    }

    private static func pod(of source: SourceText) throws(NUMAHintsError) -> (PodSpec, warnings: [String]) {
        let found = try typed { try PodFile.parse(source) }
        guard let pod = found.pods.first, found.pods.count == 1 else {
            throw NUMAHintsError(
                .input, "one pod is decided about at a time, found \(found.pods.count)", file: source.file)
        }
        return (pod, found.warnings.map(\.description))
    }

    package static func pods(of text: String, file: String) throws(NUMAHintsError) -> [PodSpec] {
        try typed { try PodFile.parse(text, file: file).pods }
    }

    func withNode<Value>(
        comparesWithKubelet: Bool = false, _ body: (inout Node) throws -> Value
    ) throws -> Value {
        try setup.withNode(logger: options.logger, comparesWithKubelet: comparesWithKubelet) { node in
            guard node.refusals.isEmpty else {
                throw NUMAHintsError(.provider, node.refusals.joined(separator: "; "))
            }
            return try body(&node)
        }
    }

    /// - Parameter body: is given also what should be known.
    private func withAllocator<Value>(
        history: Int? = nil, comparesMemory: Bool = false, _ body: (inout NodeAllocator, [String]) throws -> Value
    ) throws -> Value {
        try withNode { node in
            var source = ledger
            if let history { source.history = history }
            var said = node.warnings
            return try source.withAllocator(
                on: node, comparesMemory: comparesMemory,
                note: { options.logger.notice("\($0)") }, observer: observer,
                warn: {
                    said.append($0)
                    options.logger.warning("\($0)")
                }
            ) { allocator in try body(&allocator, said) }
        }
    }

    /// Runs a body whose errors are all of one type.
    static func typed<Value>(_ body: () throws -> Value) throws(NUMAHintsError) -> Value {
        do {
            return try body()
        } catch let error as NUMAHintsError {
            throw error
        } catch {
            throw NUMAHintsError(.bug, "\(error)")
        }
    }
}
