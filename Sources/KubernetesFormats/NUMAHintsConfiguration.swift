// SPDX-License-Identifier: Apache-2.0

/// What a `numa-hints.yaml` says: which provider libraries there are beside the usual ones, and what the
/// providers are told.
public struct NUMAHintsConfiguration: Hashable, Sendable {
    /// In whose process a provider runs.
    public enum Isolation: String, Hashable, Sendable, CaseIterable {
        case inProcess = "in-process"
        /// In a child process of its own.
        case process
    }

    /// What becomes of an admission when a provider's process ends.
    public enum FailureHandling: String, Hashable, Sendable, CaseIterable {
        case refuse, ignore
    }

    /// Which system calls a provider's process may do.
    public enum SystemCalls: String, Hashable, Sendable, CaseIterable {
        case all
        /// Those that a provider needs.
        case few
    }

    /// How providers run: what is said of all of them, or of one.
    public struct Running: Hashable, Sendable {
        public var isolation: Isolation?
        /// The longest that a call may take.
        public var deadline: Duration?
        /// The most bytes of addresses that a process may have.
        public var memoryLimit: UInt64?
        public var onFailure: FailureHandling?
        public var systemCalls: SystemCalls?
        /// The account that a process runs as.
        public var user: String?

        public init(
            isolation: Isolation? = nil, deadline: Duration? = nil, memoryLimit: UInt64? = nil,
            onFailure: FailureHandling? = nil, systemCalls: SystemCalls? = nil, user: String? = nil
        ) {
            self.isolation = isolation
            self.deadline = deadline
            self.memoryLimit = memoryLimit
            self.onFailure = onFailure
            self.systemCalls = systemCalls
            self.user = user
        }
    }

    /// One provider: a library to open, settings for one that is opened anyway, or both.
    public struct Provider: Hashable, Sendable {
        /// The library; a path that is not absolute is completed by the folder of the file.
        public var path: String?
        public var id: String?
        public var running: Running
        /// One JSON object, compact, its keys in ascending order.
        public var settings: String?
        public var file: String
        public var line: Int
        /// Where the settings begin.
        public var settingsLine: Int?

        public init(
            path: String? = nil, id: String? = nil, running: Running = Running(), settings: String? = nil,
            file: String, line: Int, settingsLine: Int? = nil
        ) {
            self.path = path
            self.id = id
            self.running = running
            self.settings = settings
            self.file = file
            self.line = line
            self.settingsLine = settingsLine
        }
    }

    /// `none`, `best-effort`, `restricted` or `single-numa-node`; nil if nothing is said.
    public var policy: String?
    /// `container` or `pod`; nil if nothing is said.
    public var scope: String?
    /// `keep`, `release` or `refuse`: what is done where a machine no longer has what a pod holds; nil if nothing is
    /// said.
    public var changedMachine: String?
    /// Folders of provider libraries, looked at instead of the usual place; a path that is not absolute is
    /// completed by the folder of the file.
    public var providerPath: [String] = []
    /// How all providers run, unless one says otherwise.
    public var running = Running()
    /// In the order of the file.
    public var providers: [Provider] = []

    public init() {}

    /// The settings of all providers that are named by an id.
    public var settings: [ProviderSettings] {
        providers.compactMap { provider in
            guard let id = provider.id, let json = provider.settings else { return nil }
            return ProviderSettings(
                id: id, json: json, file: provider.file, line: provider.settingsLine ?? provider.line)
        }
    }
}
