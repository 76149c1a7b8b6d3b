// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What the host offers one instance of a provider.
public struct ProviderContext: Sendable {
    /// How much a line of the log matters.
    public enum Severity: Int32, Hashable, Sendable {
        case debug, info, warning, error
    }

    /// The machine as the host knows it, live or recorded; nil if the host does not say.
    public var machine: Machine?
    /// The settings of this provider: the text of a JSON object, or nil.
    public var settings: String?
    /// The prefix of /sys, /proc and /dev; nil if the machine has no such files.
    public var root: String?
    private let write: @Sendable (Severity, Reason) -> Void
    private let ring: @Sendable () -> Void

    /// A context without a host behind it, for tests, unless told where lines and changes go.
    public init(
        machine: Machine? = nil, settings: String? = nil, root: String? = nil,
        log: @escaping @Sendable (Severity, Reason) -> Void = { _, _ in },
        changed: @escaping @Sendable () -> Void = {}
    ) {
        self.machine = machine
        self.settings = settings
        self.root = root
        write = log
        ring = changed
    }

    /// Adds a line to the host's log, from any thread.
    public func log(_ severity: Severity, _ message: Reason) { write(severity, message) }

    /// Adds a line to the host's log, from any thread.
    public func log(_ severity: Severity, _ text: String) { write(severity, Reason(text)) }

    /// Tells the host that capacity or health changed, from any thread; it asks anew, later.
    public func changed() { ring() }

    /// The machine, or a clear error for providers that cannot do without.
    public func requireMachine() throws(ProviderError) -> Machine {
        guard let machine else {
            throw ProviderError(
                .unsupported,
                "this provider needs the host's extension numa-hints.machine/1, which is not there")
        }
        return machine
    }

    /// The settings as an object; empty if there are none.
    public func settingsObject() throws(ProviderError) -> SettingsObject {
        try SettingsObject(text: settings ?? "{}")
    }
}
