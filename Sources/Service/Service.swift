// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
package import NUMACore
package import NUMAHints

/// A node that is asked over a socket of the local kind, by HTTP/1.1.
///
/// What is asked for is done as the commands do it, by the same ledger: commands and several services get in between.
package final class Service: Sendable {
    private let options: ServiceOptions
    private let group: MultiThreadedEventLoopGroup
    private let pools: ServicePools
    private let core: NIOLoopBound<ServiceCore>
    private let listener: any Channel
    /// Where the socket is, if it is of this service and not one that it was given.
    private let place: SocketPlace?

    /// Listens. What does not work for all calls is told here.
    ///
    /// - Parameters:
    ///   - socket: one that listens already, as systemd gives it; else one is made at the path of the options.
    ///   - say: hears a line for each call that may change something; from several threads.
    /// - Throws: as ``ManagedNode/check()``; of code `usage` or `state` for the socket.
    package init(
        _ node: ManagedNode, _ options: ServiceOptions, socket: Int32? = nil, say: @escaping @Sendable (String) -> Void
    ) throws(NUMAHintsError) {
        _ = try node.check()
        place = socket == nil ? try SocketPlace(options.socket) : nil
        self.options = options
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let pools = ServicePools()
        self.pools = pools
        do {
            core = try loop.submit {
                NIOLoopBound(
                    ServiceCore(node, options, on: loop, pools, say: say), eventLoop: loop)
            }.wait()
            let bootstrap = Self.bootstrap(group, core)
            listener = try
                (socket.map { bootstrap.withBoundSocket($0) }
                ?? bootstrap.bind(unixDomainSocketPath: options.socket)).wait()
        } catch {
            try? group.syncShutdownGracefully()
            pools.stop()
            throw NUMAHintsError(.state, "cannot listen: \(error)", file: options.socket)
        }
        do throws(NUMAHintsError) {
            try place?.open(options)
        } catch {
            stop()
            throw error
        }
        // It serves all the same: what stands in the way of its ledger may be gone at the next call.
        do throws(NUMAHintsError) { _ = try node.status() } catch { say("warning: not ready: \(error)") }
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup, _ core: NIOLoopBound<ServiceCore>
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 1 << 18, high: 1 << 20))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let caller = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                        Caller(socket: $0)
                    }
                    guard let caller = caller ?? nil, core.value.admits(caller) else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    channel.closeFuture.whenComplete { _ in core.value.leave(caller) }
                    let connection = ConnectionHandler(core.value, caller)
                    try pipeline.addHandler(FirstByteHandler(connection))
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(connection)
                }
            }
    }

    /// Takes nothing more, lets what is under way end, and gives the socket away.
    package func stop() {
        let (core, loop, grace) = (core, group.next(), options.limits.grace)
        place?.remove()
        try? listener.close().wait()
        let ended = loop.flatSubmit { core.value.stop(on: loop) }
        let late = loop.scheduleTask(in: .seconds(grace)) { core.value.abort() }
        try? ended.wait()
        late.cancel()
        pools.stop()
        try? group.syncShutdownGracefully()
    }
}
