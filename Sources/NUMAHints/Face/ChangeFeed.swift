// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Ledger
package import NUMACore
import ProviderHost
import Synchronization

/// A thread that looks at a node again and again, and tells what changed.
package final class ChangeFeed: Sendable {
    private struct State: Sendable {
        var isStopped = false
        /// Nil until it is known whether the first look succeeded.
        var beginning: Result<Void, NUMAHintsError>?
    }

    private let state = Mutex(State())
    private let begun = DispatchSemaphore(value: 0)
    private let wake = DispatchSemaphore(value: 0)

    /// Looks for the first time, and from then on goes on.
    ///
    /// - Parameters:
    ///   - sink: hears the changes since then, one after another.
    ///   - end: called once, after the last of them.
    /// - Throws: where the first look failed.
    package init(
        _ node: ManagedNode, sink: @escaping @Sendable (NodeChange) -> Void, end: @escaping @Sendable () -> Void
    ) throws(NUMAHintsError) {
        DispatchQueue(label: "numa-hints changes").async { [self] in
            run(node, sink)
            end()
        }
        begun.wait()
        try state.withLock { $0.beginning }?.get()
    }

    package var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Asks the thread to end, and does not wait for it.
    package func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    private func run(_ node: ManagedNode, _ sink: (NodeChange) -> Void) {
        var watch = ChangeWatch()
        var problem: String?
        while !isStopped {
            do throws(NUMAHintsError) {
                try follow(node, &watch, &problem, sink)
            } catch {
                guard !begin(.failure(error)) else { return }
                if problem != error.description { sink(NodeChange(.problem, error.description)) }
                problem = error.description
                wait(node.options.watchInterval)
            }
        }
    }

    /// Looks again and again, until it is stopped or the machine is another.
    private func follow(
        _ node: ManagedNode, _ watch: inout ChangeWatch, _ problem: inout String?, _ sink: (NodeChange) -> Void
    ) throws(NUMAHintsError) {
        try ManagedNode.typed {
            try node.withNode { opened in
                let providers = opened.registry.providers
                for change in watch.look(opened.machine) { sink(change) }
                // These providers keep no books: they only look at their devices.
                for provider in providers { try provider.start() }
                while !isStopped {
                    var listed: [ListedDevice] = []
                    for provider in providers { listed += try provider.devices() }
                    let held = try node.ledger.reading { try $0.pods() } ?? []
                    for change in watch.look(listed, held) { sink(change) }
                    problem = nil
                    _ = begin(.success(()))
                    wait(node.options.watchInterval)
                    if !isStopped, try node.isOther(than: opened) { return }
                }
            }
        }
    }

    /// Lets the maker know how the first look ended.
    ///
    /// - Returns: whether this was the first look.
    private func begin(_ result: Result<Void, NUMAHintsError>) -> Bool {
        let isFirst = state.withLock { state in
            guard state.beginning == nil else { return false }
            state.beginning = result
            return true
        }
        if isFirst { begun.signal() }
        return isFirst
    }

    private func wait(_ time: Duration) {
        _ = wake.wait(timeout: .now() + time / .seconds(1))
    }
}

extension ManagedNode {
    /// Whether the machine is not what it was. One in an archive always is.
    fileprivate func isOther(than node: Node) throws -> Bool {
        guard !setup.machine.isArchive else { return false }
        return try setup.machine.withMachine(devices: false) { opened in
            let machine = try setup.machine.withPartitions(opened, ledger)
            return MachineFacts(machine) != MachineFacts(node.machine)
        }
    }
}
