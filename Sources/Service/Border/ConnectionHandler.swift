// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NUMACore

/// One connection: takes requests, one after another, and writes what they are answered.
///
/// Whatever the client does or leaves undone, a clock ends it: a request has a time to arrive, an answer to be taken, and
/// a connection may be silent for so long.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        /// Between two requests.
        case idle
        case receiving(HTTPRequestHead, Request, ByteBuffer)
        /// The rest of a request is passed over; then this is said.
        case refusing(HTTPRequestHead, Answer)
        /// A call is under way.
        case running
        /// Events are written as they come.
        case streaming(EventHub.Subscriber)
        case ending
    }

    private let core: ServiceCore
    private let caller: Caller
    private var phase = Phase.idle
    private var clock: Scheduled<Void>?
    private var hasEnded = false

    init(_ core: ServiceCore, _ caller: Caller) {
        self.core = core
        self.caller = caller
    }

    func channelActive(context: ChannelHandlerContext) {
        core.add(self, context.channel)
        wait(core.options.limits.idle, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        clock?.cancel()
        if case .streaming(let subscriber) = phase { core.hub.remove(subscriber) }
        phase = .ending
        core.remove(self, caller.user)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let part): take(part, context)
        case .end: end(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client sends no more; what it asked for it still gets.
        if event as? ChannelEvent == .inputClosed {
            hasEnded = true
            switch phase {
            case .running, .ending: break
            case .idle, .receiving, .refusing, .streaming: context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .idle, .receiving, .refusing: break
        case .running, .streaming, .ending: return context.close(promise: nil)
        }
        guard error is HTTPParserError else { return context.close(promise: nil) }
        let problem = Problem(.badRequest, "this is not HTTP/1.1: \(error)")
        write(Answer(problem), HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"), isLast: true, context)
    }

    /// Ends a connection on which nothing is under way, as the service does.
    func stop(_ channel: any Channel) {
        switch phase {
        case .idle, .receiving, .refusing, .streaming: channel.close(promise: nil)
        // These end with their answer.
        case .running, .ending: break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        wait(core.options.limits.arrival, context)
        do throws(Problem) {
            let request = try core.accept(head, of: caller)
            let limit = core.options.limits.body
            if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit {
                throw tooLarge(limit)
            }
            phase = .receiving(head, request, ByteBuffer())
            if head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
            }
        } catch {
            core.metrics.refuse(head, error)
            phase = .refusing(head, Answer(error))
            // Nobody waits for what is too large.
            if error.status == .payloadTooLarge { write(Answer(error), head, isLast: true, context) }
        }
    }

    private func take(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .receiving(let head, let request, var body) = phase else { return }
        let limit = core.options.limits.body
        guard body.readableBytes + part.readableBytes <= limit else {
            let problem = tooLarge(limit)
            core.metrics.refuse(head, problem)
            return write(Answer(problem), head, isLast: true, context)
        }
        // Not shared, so that it grows in place.
        phase = .running
        body.writeImmutableBuffer(part)
        phase = .receiving(head, request, body)
    }

    private func end(_ context: ChannelHandlerContext) {
        switch phase {
        case .receiving(let head, let request, let body):
            clock?.cancel()
            phase = .running
            if request.call == .events { return stream(request, head, context) }
            core.run(request, Array(body.readableBytesView), of: caller, on: context.eventLoop).assumeIsolated()
                .whenComplete { [self] result in
                    let answer =
                        switch result {
                        case .success(let answer): answer
                        case .failure(let error): Answer(Problem(NUMAHintsError(.bug, "\(error)")))
                        }
                    if case .running = phase { write(answer, head, isLast: false, context) }
                }
        case .refusing(let head, let answer): write(answer, head, isLast: false, context)
        case .idle, .running, .streaming, .ending: break
        }
    }

    private func write(_ answer: Answer, _ head: HTTPRequestHead, isLast: Bool, _ context: ChannelHandlerContext) {
        let keeps = head.isKeepAlive && !isLast && !hasEnded && !core.isStopping
        phase = .ending
        wait(core.options.limits.departure, context)
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "Content-Type", value: answer.type)
        headers.add(name: "Content-Length", value: "\(answer.body.utf8.count)")
        if !keeps { headers.add(name: "Connection", value: "close") }
        let top = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(top)), promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        }
        // Before the end is written: with it the next request may come.
        if keeps { phase = .idle }
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [self] result in
            guard keeps, case .success = result else { return context.close(promise: nil) }
            if case .idle = phase { wait(core.options.limits.idle, context) }
        }
    }

    private func stream(_ request: Request, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let subscriber = EventHub.Subscriber { [self] line in
            guard context.channel.isWritable else {
                core.metrics.slow()
                return context.close(promise: nil)
            }
            let text =
                line.isEmpty
                ? (request.sendsEvents ? ":\n\n" : "\n") : request.sendsEvents ? "data: \(line)\n\n" : line + "\n"
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        } end: {
            context.close(promise: nil)
        }
        core.hub.add(subscriber).assumeIsolated().whenComplete { [self] result in
            guard case .running = phase else { return core.hub.remove(subscriber) }
            if case .failure(let error) = result {
                let problem = error as? Problem ?? Problem(error as? NUMAHintsError ?? NUMAHintsError(.bug, "\(error)"))
                return write(Answer(problem), head, isLast: false, context)
            }
            phase = .streaming(subscriber)
            let type = request.sendsEvents ? "text/event-stream" : "application/x-ndjson"
            let headers: HTTPHeaders = ["Content-Type": type, "Cache-Control": "no-store", "Connection": "close"]
            let top = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            context.writeAndFlush(wrapOutboundOut(.head(top)), promise: nil)
        }
    }

    private func tooLarge(_ limit: Int) -> Problem {
        Problem(.payloadTooLarge, "the body must have at most \(limit) bytes")
    }

    /// Ends the connection, unless the next step comes in this time.
    private func wait(_ seconds: Int64, _ context: ChannelHandlerContext) {
        clock?.cancel()
        clock = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) { [self] in
            core.metrics.late()
            guard case .receiving(let head, _, _) = phase else { return context.close(promise: nil) }
            write(
                Answer(Problem(.requestTimeout, "the request took more than \(seconds) s to arrive")), head,
                isLast: true, context)
        }
    }
}
