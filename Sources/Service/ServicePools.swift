// SPDX-License-Identifier: Apache-2.0

import Dispatch
import NIOPosix

/// The threads on which calls are done.
struct ServicePools: Sendable {
    /// Changes come one after another, since one alone has the ledger.
    let changing = NIOThreadPool(numberOfThreads: 1)
    let reading = NIOThreadPool(numberOfThreads: 2)
    /// An explanation can take seconds; nobody who only wants to know the state waits for one.
    let explaining = NIOThreadPool(numberOfThreads: 1)
    /// Those who look for changes on the node have threads of their own, and leave this when they end.
    let looking = DispatchGroup()

    init() { for pool in all { pool.start() } }

    private var all: [NIOThreadPool] { [changing, reading, explaining] }

    func pool(of call: Call) -> NIOThreadPool {
        switch call {
        case .admit, .attach, .release: changing
        case .explain: explaining
        case .events, .health, .metrics, .ready, .status: reading
        }
    }

    /// Begins nothing more. A change is waited for; who reads has nothing that could be lost.
    func stop() {
        for pool in all {
            let ended = DispatchSemaphore(value: 0)
            pool.shutdownGracefully { _ in ended.signal() }
            _ = ended.wait(timeout: pool === changing ? .distantFuture : .now() + 0.5)
        }
        _ = looking.wait(timeout: .now() + 0.5)
    }
}
