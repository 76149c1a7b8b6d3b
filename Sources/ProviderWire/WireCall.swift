// SPDX-License-Identifier: Apache-2.0

/// What a host asks of the process of a provider: the first byte of each message.
package enum WireCall: UInt8, CaseIterable, Sendable {
    case open = 1
    case create, restore, start, stop, hints, prepare, release, commit, rollback, started, destroy
    case devices, stock, cpus, memory
    case restoreMemory

    /// As messages name it.
    package var name: String {
        switch self {
        case .open: "loading"
        case .cpus: "shared"
        case .restoreMemory: "restore (numa-hints.memory/1)"
        default: "\(self)"
        }
    }
}

/// What the process of a provider says: the first byte of each record of a message.
package enum WireItem: UInt8, CaseIterable, Sendable {
    /// The end of an answer, with the status that the call returned.
    case end = 1
    /// A library that cannot be used: the reason, and the file to blame.
    case refused
    /// The version of the contract that a library was made for.
    case library
    case descriptor
    /// What an instance's table and extensions have, what it claims and observes.
    case instance
    case explain, log, changed
    case hint, capacity, any, none
    case assign
    case device, stock, cpus, memoryNode
}

/// Members of tables that an instance has, as bits.
package struct InstanceMembers: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let claims = Self(rawValue: 1 << 0)
    package static let destroy = Self(rawValue: 1 << 1)
    package static let restore = Self(rawValue: 1 << 2)
    package static let start = Self(rawValue: 1 << 3)
    package static let stop = Self(rawValue: 1 << 4)
    package static let hints = Self(rawValue: 1 << 5)
    package static let prepare = Self(rawValue: 1 << 6)
    package static let release = Self(rawValue: 1 << 7)
    package static let commit = Self(rawValue: 1 << 8)
    package static let rollback = Self(rawValue: 1 << 9)
    package static let started = Self(rawValue: 1 << 10)
    package static let devices = Self(rawValue: 1 << 11)
    package static let devicesEach = Self(rawValue: 1 << 12)
    package static let stock = Self(rawValue: 1 << 13)
    package static let stockEach = Self(rawValue: 1 << 14)
    package static let cpus = Self(rawValue: 1 << 15)
    package static let cpusShared = Self(rawValue: 1 << 16)
    package static let memory = Self(rawValue: 1 << 17)
    package static let memoryEach = Self(rawValue: 1 << 18)
    package static let memoryRestore = Self(rawValue: 1 << 19)
}
