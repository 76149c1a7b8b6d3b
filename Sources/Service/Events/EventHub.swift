// SPDX-License-Identifier: Apache-2.0

import Dispatch
import NIOCore
import NIOHTTP1
import NIOPosix
import NUMACore
import NUMAHints

/// Tells what changes on the node to all who listen: one look for all of them, and none where nobody does.
///
/// Lives on one event loop.
final class EventHub {
    /// One who listens.
    final class Subscriber {
        /// Hears a change as JSON on one line; an empty line where nothing changed for long.
        let sink: (String) -> Void
        /// Hears that nothing comes any more.
        let end: () -> Void
        let user: UInt32
        let isTrusted: Bool

        init(of user: UInt32, isTrusted: Bool, sink: @escaping (String) -> Void, end: @escaping () -> Void) {
            self.user = user
            self.isTrusted = isTrusted
            self.sink = sink
            self.end = end
        }
    }

    /// So often those who listen hear something, in seconds: who is gone is noticed then.
    private static let beat: Int64 = 15

    private let loop: any EventLoop
    private let pools: ServicePools
    private let node: ManagedNode
    private var shares: Shares
    private var subscribers: [Subscriber] = []
    /// Of those who listen, and those who are about to.
    private var feed: EventLoopFuture<ChangeFeed>?
    private var beats: Scheduled<Void>?
    /// How many feeds there were.
    private var feeds = 0

    init(_ node: ManagedNode, on loop: any EventLoop, _ pools: ServicePools, limit: Int) {
        self.node = node
        self.loop = loop
        self.pools = pools
        shares = Shares(limit)
    }

    var count: Int { subscribers.count }

    /// From when this is done on, the subscriber hears of changes.
    func add(_ subscriber: Subscriber) -> EventLoopFuture<Void> {
        guard shares.take(subscriber.user, isTrusted: subscriber.isTrusted) else {
            return loop.makeFailedFuture(
                Problem.busy(.serviceUnavailable, "\(count) streams of events are open, and none is left for you"))
        }
        subscribers.append(subscriber)
        let feed = self.feed ?? start()
        feed.assumeIsolated().whenFailure { [self] _ in remove(subscriber) }
        return feed.map { _ in }
    }

    func remove(_ subscriber: Subscriber) {
        guard let place = subscribers.firstIndex(where: { $0 === subscriber }) else { return }
        subscribers.remove(at: place)
        shares.give(subscriber.user, isTrusted: subscriber.isTrusted)
        guard subscribers.isEmpty, let feed else { return }
        self.feed = nil
        beats?.cancel()
        beats = nil
        feed.whenSuccess { $0.stop() }
    }

    func stop() {
        for subscriber in subscribers {
            subscriber.end()
            remove(subscriber)
        }
    }

    private func start() -> EventLoopFuture<ChangeFeed> {
        let hub = NIOLoopBound(self, eventLoop: loop)
        let (node, loop, looking) = (node, loop, pools.looking)
        feeds += 1
        let number = feeds
        let started = pools.reading.runIfActive(eventLoop: loop) {
            looking.enter()
            return try ChangeFeed(
                node, sink: { change in loop.execute { hub.value.tell(change.json, of: number) } },
                end: { looking.leave() })
        }
        feed = started
        beat()
        return started
    }

    private func beat() {
        beats = loop.assumeIsolated().scheduleTask(in: .seconds(Self.beat)) { [weak self] in
            guard let self else { return }
            tell("", of: feeds)
            beat()
        }
    }

    /// - Parameter number: that of the feed; one that was stopped may say something still.
    private func tell(_ line: String, of number: Int) {
        guard number == feeds else { return }
        for subscriber in subscribers { subscriber.sink(line) }
    }
}
