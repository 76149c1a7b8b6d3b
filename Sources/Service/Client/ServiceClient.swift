// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
package import NUMACore
package import NUMAHints

/// Asks a service on this machine, one call at a connection.
package struct ServiceClient: Sendable {
    private let socket: String
    /// The most that a call may take, in seconds.
    private let patience: Int64

    /// - Parameters:
    ///   - socket: the path where the service listens.
    ///   - patience: the most that a call may take, in seconds.
    package init(socket: String, patience: Int64 = 120) {
        self.socket = socket
        self.patience = patience
    }

    /// - Parameters:
    ///   - file: what the error of a wrong body names instead of it.
    ///   - width: of a picture in text, in columns.
    /// - Throws: what the service says; of code `state` if it does not answer.
    package func ask(
        _ question: ServiceQuestion, as format: ReportFormat, width: Int = 80
    ) throws(NUMAHintsError) -> ServiceReply {
        let received: ReplyHandler.Received
        do {
            received = try send(question, format, width)
        } catch let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == ENOENT {
            guard !socket.isEmpty else { throw NUMAHintsError(.usage, "the path of the socket is empty") }
            throw NUMAHintsError(.state, "nobody listens here: start numa-hints serve", file: socket)
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM {
            throw NUMAHintsError(
                .state, "this user may not connect: it is for root and the group of the service", file: socket)
        } catch {
            throw NUMAHintsError(.state, "the service does not answer: \(error)", file: socket)
        }
        return try ServiceReply(received.head, received.body, file: question.file)
    }

    private func send(
        _ question: ServiceQuestion, _ format: ReportFormat, _ width: Int
    ) throws -> ReplyHandler.Received {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let reply = group.next().makePromise(of: ReplyHandler.Received.self)
        let channel: any Channel
        do {
            channel = try ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(ReplyHandler(reply))
                    }
                }
                .connect(unixDomainSocketPath: socket).wait()
        } catch {
            reply.fail(error)
            throw error
        }
        let late = channel.eventLoop.scheduleTask(in: .seconds(patience)) {
            reply.fail(NUMAHintsError(.state, "it took more than \(patience) s"))
        }
        defer { late.cancel() }
        var headers: HTTPHeaders = ["Host": "localhost", "Accept": format.mediaType, "Connection": "close"]
        if !question.body.isEmpty { headers.add(name: "Content-Length", value: "\(question.body.utf8.count)") }
        let separator = question.path.contains("?") ? "&" : "?"
        let uri = question.path + (question.hasPicture ? "\(separator)width=\(width)" : "")
        let head = HTTPRequestHead(version: .http1_1, method: question.method, uri: uri, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: question.body))), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        return try reply.futureResult.wait()
    }
}

/// Collects the one reply of a connection.
private final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    struct Received: Sendable {
        var head: HTTPResponseHead
        var body: ByteBuffer
    }

    private let reply: EventLoopPromise<Received>
    private var received: Received?

    init(_ reply: EventLoopPromise<Received>) { self.reply = reply }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): received = Received(head: head, body: ByteBuffer())
        case .body(let part): received?.body.writeImmutableBuffer(part)
        case .end:
            if let received { reply.succeed(received) }
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        reply.fail(NUMAHintsError(.state, "the connection ended"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reply.fail(error)
        context.close(promise: nil)
    }
}
