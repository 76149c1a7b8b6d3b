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
    private let pools: ServicePools
    private let say: @Sendable (String) -> Void
    private var rate: RateLimit
    private var connections: [ObjectIdentifier: (handler: ConnectionHandler, channel: any Channel)] = [:]
    private var connected: Shares
    private var waiting: [Call.Need: Shares]
    /// Told once nothing is under way.
    private var emptied: EventLoopPromise<Void>?
    private(set) var isStopping = false

    /// - Parameter say: hears a line for each call that may change something.
    init(
        _ node: ManagedNode, _ options: ServiceOptions, on loop: any EventLoop, _ pools: ServicePools,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.options = options
        self.pools = pools
        self.say = say
        metrics = ServiceMetrics(version: options.version)
        var node = node
        node.observer = metrics
        let limits = options.limits
        runner = CallRunner(node: node, metrics: metrics, search: .seconds(limits.search))
        rate = RateLimit(rate: limits.rate, burst: limits.burst)
        connected = Shares(limits.connections)
        waiting = [.changing: Shares(limits.waiting), .reading: Shares(limits.waiting)]
        hub = EventHub(node, on: loop, pools, limit: limits.streams)
    }

    /// Whether one more connection of a caller is taken; if so, it is to be left again.
    func admits(_ caller: Caller) -> Bool {
        guard !isStopping, connected.take(caller.user, isTrusted: caller.may(.changing, options)) else {
            metrics.turnAway()
            return false
        }
        return true
    }

    /// After a connection that was taken has ended.
    func leave(_ caller: Caller) { connected.give(caller.user, isTrusted: caller.may(.changing, options)) }

    func add(_ handler: ConnectionHandler, _ channel: any Channel) {
        connections[ObjectIdentifier(handler)] = (handler, channel)
    }

    func remove(_ handler: ConnectionHandler) {
        connections[ObjectIdentifier(handler)] = nil
        if isStopping, connections.isEmpty { emptied?.succeed(()) }
    }

    /// The call of a request's head, if this caller may make it now.
    func accept(_ head: HTTPRequestHead, of caller: Caller) throws(Problem) -> Request {
        // First, since what is refused takes time as well.
        guard rate.allows(caller.user, now: Double(DispatchTime.now().uptimeNanoseconds) / 1e9) else {
            throw .busy(
                .tooManyRequests, "user \(caller.user) calls more than \(Int(options.limits.rate)) times a second")
        }
        let request = try Request(head)
        guard caller.may(request.call.need, options) else {
            let group = options.group.map { ", or of the group \($0.name)" } ?? ""
            throw Problem(
                .forbidden, "\(request.call.path) is for root\(group), and this is user \(caller.user)",
                code: "forbidden")
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
            metrics.note(
                connections: connections.count, streams: hub.count, waiting: waiting.mapValues(\.count))
        }
        let need: Call.Need = call.need == .changing ? .changing : .reading
        let isTrusted = caller.may(.changing, options)
        guard waiting[need]?.take(caller.user, isTrusted: isTrusted) == true else {
            metrics.turnAway()
            return loop.makeSucceededFuture(
                Answer(.busy(.serviceUnavailable, "\(waiting[need]?.count ?? 0) calls wait already")))
        }
        let (runner, patience, say) = (runner, options.limits.patience, say)
        let answered = pools.pool(of: call).runIfActive(eventLoop: loop) {
            let begun = DispatchTime.now()
            guard begun < started + .seconds(Int(patience)) else {
                return Answer(.busy(.serviceUnavailable, "other calls took more than \(patience) s"))
            }
            let answer = runner.answer(request, body: body)
            if need == .changing {
                say("\(call) \(answer.subject ?? "failed"), by \(caller)")
            }
            return answer
        }
        answered.assumeIsolated().whenComplete { [self] result in
            waiting[need]?.give(caller.user, isTrusted: isTrusted)
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
