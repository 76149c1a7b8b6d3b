// SPDX-License-Identifier: Apache-2.0

import Dispatch
import NIOCore
import NIOHTTP1
import NIOPosix
import NUMACore
import NUMAHints

/// What all connections share. Lives on one event loop; the calls have threads of their own.
final class ServiceCore {
    let options: ServiceOptions
    let hub: EventHub
    let metrics: ServiceMetrics
    private let runner: CallRunner
    /// Changes come one after another, since one alone has the ledger.
    private let changing: NIOThreadPool
    private let reading: NIOThreadPool
    private let say: @Sendable (String) -> Void
    private var rate: RateLimit
    private var waiting: [Call.Need: Int] = [:]
    private var connections: [ObjectIdentifier: (handler: ConnectionHandler, channel: any Channel)] = [:]
    private var connected: [UInt32: Int] = [:]
    /// Told once nothing is under way.
    private var emptied: EventLoopPromise<Void>?
    private(set) var isStopping = false

    /// - Parameter say: hears a line for each call that may change something.
    init(
        _ node: ManagedNode, _ options: ServiceOptions, on loop: any EventLoop, changing: NIOThreadPool,
        reading: NIOThreadPool, say: @escaping @Sendable (String) -> Void
    ) {
        self.options = options
        self.changing = changing
        self.reading = reading
        self.say = say
        metrics = ServiceMetrics(version: options.version)
        var node = node
        node.observer = metrics
        runner = CallRunner(node: node, metrics: metrics)
        rate = RateLimit(rate: options.limits.rate, burst: options.limits.burst)
        hub = EventHub(node, on: loop, reading, limit: options.limits.streams)
    }

    /// Whether one more connection of a caller is taken.
    func admits(_ caller: Caller) -> Bool {
        let limit = options.limits.connections
        let own = caller.may(.changing, options) ? limit : max(1, limit / 4)
        guard !isStopping, connections.count < limit, connected[caller.user, default: 0] < own else {
            metrics.turnAway()
            return false
        }
        connected[caller.user, default: 0] += 1
        return true
    }

    func add(_ handler: ConnectionHandler, _ channel: any Channel) {
        connections[ObjectIdentifier(handler)] = (handler, channel)
    }

    func remove(_ handler: ConnectionHandler, _ user: UInt32) {
        connections[ObjectIdentifier(handler)] = nil
        let left = connected[user, default: 0] - 1
        connected[user] = left > 0 ? left : nil
        if isStopping, connections.isEmpty { emptied?.succeed(()) }
    }

    /// The call of a request's head, if this caller may make it now.
    func accept(_ head: HTTPRequestHead, of caller: Caller) throws(Problem) -> Request {
        let request = try Request(head)
        guard caller.may(request.call.need, options) else {
            let group = options.group.map { ", or of the group \($0.name)" } ?? ""
            throw Problem(
                .forbidden, "\(request.call.path) is for root\(group), and this is user \(caller.user)",
                code: "forbidden")
        }
        guard rate.allows(caller.user, now: Double(DispatchTime.now().uptimeNanoseconds) / 1e9) else {
            throw .busy(
                .tooManyRequests, "user \(caller.user) calls more than \(Int(options.limits.rate)) times a second")
        }
        guard !isStopping || request.call.need == .nothing else {
            throw .busy(.serviceUnavailable, "the service is stopping")
        }
        return request
    }

    /// Does what is asked for, on another thread.
    func run(
        _ request: Request, _ body: [UInt8], of caller: Caller, on loop: any EventLoop
    ) -> EventLoopFuture<Answer> {
        let call = request.call
        let started = DispatchTime.now()
        switch call {
        case .health: return loop.makeSucceededFuture(Answer("alive\n"))
        case .ready where isStopping:
            return loop.makeSucceededFuture(Answer(.busy(.serviceUnavailable, "the service is stopping")))
        default: break
        }
        if call == .metrics {
            metrics.note(connections: connections.count, streams: hub.count, waiting: waiting)
        }
        let need: Call.Need = call.need == .changing ? .changing : .reading
        guard waiting[need, default: 0] < options.limits.waiting else {
            metrics.turnAway()
            return loop.makeSucceededFuture(
                Answer(.busy(.serviceUnavailable, "\(options.limits.waiting) calls wait already")))
        }
        waiting[need, default: 0] += 1
        let (runner, patience, say) = (runner, options.limits.patience, say)
        let answered = (need == .changing ? changing : reading).runIfActive(eventLoop: loop) {
            let begun = DispatchTime.now()
            guard begun < started + .seconds(Int(patience)) else {
                return Answer(.busy(.serviceUnavailable, "other calls took more than \(patience) s"))
            }
            let answer = runner.answer(request, body: body)
            if need == .changing {
                say("\(call) \(answer.subject ?? "failed with \(answer.status.code)"), by \(caller)")
            }
            return answer
        }
        answered.assumeIsolated().whenComplete { [self] result in
            waiting[need, default: 1] -= 1
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - started.uptimeNanoseconds) / 1e9
            metrics.observe(call, (try? result.get())?.status ?? .internalServerError, seconds: seconds)
        }
        return answered
    }

    /// Takes nothing more; what is under way ends.
    ///
    /// - Returns: done once nothing is.
    func stop(on loop: any EventLoop) -> EventLoopFuture<Void> {
        isStopping = true
        let promise = emptied ?? loop.makePromise(of: Void.self)
        emptied = promise
        hub.stop()
        for (handler, channel) in connections.values { handler.stop(channel) }
        if connections.isEmpty { promise.succeed(()) }
        return promise.futureResult
    }

    /// Ends what did not end by itself.
    func abort() {
        for (_, channel) in connections.values { channel.close(promise: nil) }
    }
}
