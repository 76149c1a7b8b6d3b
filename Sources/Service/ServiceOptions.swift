// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// Who may do what at the socket, and how much.
package struct ServiceOptions: Sendable {
    /// Who may ask without changing anything.
    package enum Readers: String, CaseIterable, Sendable {
        /// Those who may change something, and nobody else.
        case group
        /// Everybody who reaches the socket.
        case everyone
    }

    /// The path of the socket.
    package var socket: String
    /// Root and this service's own user may change something, and who is of this group.
    package var group: Group?
    package var readers = Readers.group
    package var limits = Limits()
    /// Of the program, for those who measure.
    package var version = "unknown"

    package init(socket: String) { self.socket = socket }

    /// A group of users.
    package struct Group: Hashable, Sendable {
        package var name: String
        package var id: gid_t

        package init(name: String, id: gid_t) {
            self.name = name
            self.id = id
        }
    }

    /// What bounds each client and all of them. Times are in seconds.
    package struct Limits: Sendable {
        /// Connections at a time, of all. Of these, as of streams and of calls that wait, those who may only read have
        /// half, and one of them a quarter.
        package var connections = 256
        /// Bytes of a request's body.
        package var body = 1 << 20
        /// Calls of one user a second, and how many may come at once after a pause.
        package var rate = 1000.0
        package var burst = 2000.0
        /// Calls that wait for another to end.
        package var waiting = 128
        /// How long a call waits for others before it is turned away.
        package var patience: Int64 = 30
        /// How long `explain` looks for changes that would let a refused pod in.
        package var search: Int64 = 2
        /// How long a request may take to arrive, an answer to be taken, and a connection to be silent.
        package var arrival: Int64 = 10
        package var departure: Int64 = 30
        package var idle: Int64 = 120
        /// How long the end waits for calls under way.
        package var grace: Int64 = 15
        /// Streams of events at a time.
        package var streams = 64

        package init() {}
    }
}
