// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// What the service counts of itself. Lives on the event loop of the service.
final class ServiceMetrics {
    /// - Parameter seconds: from the end of the request to the answer.
    func observe(_ call: Call, _ status: HTTPResponseStatus, seconds: Double) {}

    /// A request that became no call.
    func refuse(_ head: HTTPRequestHead, _ problem: Problem) {}

    /// A connection, or a call, for which there was no room.
    func turnAway() {}

    /// A client that let a time pass.
    func late() {}

    /// A client that did not take its events.
    func slow() {}
}
