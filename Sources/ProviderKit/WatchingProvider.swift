// SPDX-License-Identifier: Apache-2.0

/// A provider of things that come, go and break while it runs.
///
/// Before it is asked for hints, stock or devices, outside a transaction and once it is started, it is told to look
/// again, if it last looked longer ago than it says. So a host that stays hears of a change as late as that, and a host
/// that asks nothing costs nothing.
public protocol WatchingProvider: Provider {
    /// How long what it knows may be used, in seconds; 0: it looks each time.
    var refreshSeconds: UInt64 { get }
    /// Looks again; what is held stays held. After a failure it goes on with what it knew.
    ///
    /// - Returns: whether anything changed.
    mutating func refresh() throws -> Bool
}
