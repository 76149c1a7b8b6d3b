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
        /// Between two requests; or the head of one has begun to arrive.
        case idle(isArriving: Bool)
        case receiving(HTTPRequestHead, Request, ByteBuffer)
        /// So many bytes of a body are passed over; then this is said.
        case refusing(HTTPRequestHead, Answer, passed: Int)
        /// A call is under way.
        case running
        /// An answer is on its way.
        case answering
        /// Events are written as they come.
        case streaming(EventHub.Subscriber)
        case ended
    }

    private let core: ServiceCore
    private let caller: Caller
    private var phase = Phase.idle(isArriving: false)
    private var clock: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    private var hasEnded = false

    init(_ core: ServiceCore, _ caller: Caller) {
        self.core = core
        self.caller = caller
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        core.add(self, context.channel)
        wait(core.options.limits.idle, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        clock?.cancel()
        if case .streaming(let subscriber) = phase { core.hub.remove(subscriber) }
        phase = .ended
        self.context = nil
        core.remove(self)
        context.fireChannelInactive()
    }

    /// Bytes arrived, of which there is no head yet.
    func bytesCame() {
        guard case .idle(isArriving: false) = phase, let context else { return }
        phase = .idle(isArriving: true)
        wait(core.options.limits.arrival, context)
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
            case .running, .answering, .ended: break
            case .idle, .receiving, .refusing, .streaming: context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .idle, .receiving, .refusing:
            guard error is HTTPParserError else { return context.close(promise: nil) }
            write(Answer(Problem(.badRequest, "this is not HTTP/1.1: \(error)")), Self.noHead, isLast: true, context)
        case .running, .answering, .streaming, .ended: context.close(promise: nil)
        }
    }

    /// Ends a connection on which nothing is under way, as the service does.
    func stop(_ channel: any Channel) {
        switch phase {
        case .idle, .receiving, .refusing, .streaming: channel.close(promise: nil)
        // These end with their answer.
        case .running, .answering, .ended: break
        }
    }

    // MARK: A request

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        wait(core.options.limits.arrival, context)
        let expects = head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
        do throws(Problem) {
            let request = try core.accept(head, of: caller)
            let limit = core.options.limits.body
            if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit {
                throw tooLarge(limit)
            }
            phase = .receiving(head, request, ByteBuffer())
            if expects, head.version == .http1_1 {
                let top = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(top)), promise: nil)
            }
        } catch {
            core.metrics.refuse(head, error)
            // Nobody waits for a body that is too large, that does not come, or of one who calls too often.
            let isLast =
                expects || head.method == .CONNECT || [.payloadTooLarge, .tooManyRequests].contains(error.status)
            guard !isLast else { return write(Answer(error), head, isLast: true, context) }
            phase = .refusing(head, Answer(error), passed: 0)
        }
    }

    private func take(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
        let limit = core.options.limits.body
        switch phase {
        case .receiving(let head, let request, var body):
            guard body.readableBytes + part.readableBytes <= limit else {
                let problem = tooLarge(limit)
                core.metrics.refuse(head, problem)
                return write(Answer(problem), head, isLast: true, context)
            }
            // Not shared, so that it grows in place.
            phase = .running
            body.writeImmutableBuffer(part)
            phase = .receiving(head, request, body)
        case .refusing(let head, let answer, let passed):
            guard passed + part.readableBytes <= limit else { return write(answer, head, isLast: true, context) }
            phase = .refusing(head, answer, passed: passed + part.readableBytes)
        case .idle, .running, .answering, .streaming, .ended: break
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        switch phase {
        case .receiving(let head, let request, let body):
            clock?.cancel()
            phase = .running
            if request.call == .events { return stream(request, head, context) }
            core.run(request, Array(body.readableBytesView), of: caller, on: context.eventLoop).assumeIsolated()
                .whenComplete { [self] result in
                    guard case .running = phase else { return }
                    switch result {
                    case .success(let answer): write(answer, head, isLast: false, context)
                    case .failure(let error):
                        write(
                            Answer(Problem(NUMAHintsError(.bug, "\(error)"))), head, isLast: false, context)
                    }
                }
        case .refusing(let head, let answer, _): write(answer, head, isLast: false, context)
        case .idle, .running, .answering, .streaming, .ended: break
        }
    }

    // MARK: An answer

    /// The next request comes only once the kernel has all of this answer: whoever reads none gets no more of them.
    private func write(_ answer: Answer, _ head: HTTPRequestHead, isLast: Bool, _ context: ChannelHandlerContext) {
        let keeps = head.version == .http1_1 && head.isKeepAlive && !isLast && !hasEnded && !core.isStopping
        phase = .answering
        wait(core.options.limits.departure, context)
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "Content-Type", value: answer.type)
        headers.add(name: "Content-Length", value: "\(answer.body.utf8.count)")
        if !keeps { headers.add(name: "Connection", value: "close") }
        let top = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        let body = ByteBuffer(string: head.method == .HEAD ? "" : answer.body)
        context.write(wrapOutboundOut(.head(top)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(body)))).assumeIsolated().whenComplete {
            [self] result in
            guard case .success = result else { return context.close(promise: nil) }
            // Later, and not from within this: the next request may be answered at once, and the one after it.
            context.eventLoop.assumeIsolated().execute { [self] in finish(keeps, context) }
        }
    }

    private func finish(_ keeps: Bool, _ context: ChannelHandlerContext) {
        guard case .answering = phase else { return }
        let keeps = keeps && !hasEnded && !core.isStopping
        phase = keeps ? .idle(isArriving: false) : .ended
        if keeps { wait(core.options.limits.idle, context) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !keeps { context.close(promise: nil) }
    }

    private func stream(_ request: Request, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let subscriber = EventHub.Subscriber(
            of: caller.user, isTrusted: caller.may(.changing, core.options)
        ) { [self] line in
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
                let problem =
                    error as? Problem ?? Problem(error as? NUMAHintsError ?? NUMAHintsError(.bug, "\(error)"))
                return write(Answer(problem), head, isLast: false, context)
            }
            guard !hasEnded else {
                core.hub.remove(subscriber)
                return context.close(promise: nil)
            }
            phase = .streaming(subscriber)
            let type = request.sendsEvents ? "text/event-stream" : "application/x-ndjson"
            let headers: HTTPHeaders = ["Content-Type": type, "Cache-Control": "no-store", "Connection": "close"]
            let top = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            context.writeAndFlush(wrapOutboundOut(.head(top)), promise: nil)
        }
    }

    // MARK: Time and size

    private func tooLarge(_ limit: Int) -> Problem {
        Problem(.payloadTooLarge, "the body must have at most \(limit) bytes")
    }

    /// Ends the connection, unless the next step comes in this time.
    private func wait(_ seconds: Int64, _ context: ChannelHandlerContext) {
        clock?.cancel()
        clock = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) { [self] in
            core.metrics.late()
            let late = Answer(Problem(.requestTimeout, "the request took more than \(seconds) s to arrive"))
            switch phase {
            case .receiving(let head, _, _): write(late, head, isLast: true, context)
            case .refusing(let head, let answer, _): write(answer, head, isLast: true, context)
            // There is nothing yet that could be answered.
            case .idle, .running, .answering, .streaming, .ended: context.close(promise: nil)
            }
        }
    }

    /// Stands for a head that never came.
    private static let noHead = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
}
