// SPDX-License-Identifier: Apache-2.0

public import Admission
public import HintMerge
public import Logging
import NUMACore

extension TopologyManager {
    /// Which machine, rules, providers and ledger a manager has. What is left as it is means what it means where a flag
    /// of the commands is left out.
    public struct Options: Sendable {
        /// `live`, `sim:NAME`, `synthetic:"..."`, or the path of an hwloc XML, of a description in JSON, or of a capture.
        public var machine = "live"
        /// Also the nodes and CPUs that this process may not use.
        public var wholeSystem = false
        /// The path of a numa-hints.yaml.
        public var configuration: String?
        /// The path of a KubeletConfiguration.
        public var kubeletConfiguration: String?
        /// The path of a file with a kubelet's flags; they win over its configuration.
        public var kubeletArguments: String?
        /// The path of the ledger. Without one it is `/var/lib/numa-hints/ledger.db` for root, and by `environment` for others.
        public var ledger: String?
        /// How long to wait for others who change the ledger, at most an hour.
        public var lockWait = Duration.seconds(10)
        /// How many decisions the ledger keeps.
        public var history = 1000
        /// Folders of provider libraries, which alone are opened. Without any, those that the configuration or `environment`
        /// name; else those beside the running program, or in `../lib/numa-hints/providers` from there.
        public var providers: [String] = []
        /// Run every provider in a process of its own.
        public var isolatesProviders = false
        /// Wins over every file.
        public var policy: Policy?
        /// Wins over every file.
        public var scope: Scope?
        /// Refuse a pod that asks for a resource that no provider answers for.
        public var refusesUnclaimed = false
        /// What is done where the machine no longer has what a pod holds; wins over every file.
        public var changedMachine: LossHandling?
        /// Where the cgroups are mounted.
        public var cgroupRoot = "/sys/fs/cgroup"
        /// Where the host's `/var/lib/kubelet` is, if not at `/`.
        public var hostRoot = "/"
        /// How long ``TopologyManager/changes()`` waits between two looks.
        public var watchInterval = Duration.seconds(1)
        /// What stands for the environment of the process, which is not read: `HOME`, `XDG_STATE_HOME`, `TMPDIR`,
        /// `NUMA_HINTS_PROVIDER_PATH` and `NUMA_HINTS_LIBEXEC`, as the commands know them.
        public var environment: [String: String] = [:]
        /// Hears what providers say.
        public var logger = Logger(label: "numa-hints") { _ in SwiftLogNoOpLogHandler() }
        /// The folder beside which providers are installed, instead of that of the running program.
        package var home: String?

        /// The defaults.
        public init() {}

        /// - Throws: of code `usage` for a value that cannot be.
        func setup() throws(NUMAHintsError) -> (setup: NodeSetup, ledger: LedgerSource) {
            guard (.zero ... .seconds(3600)).contains(lockWait) else {
                throw NUMAHintsError(.usage, "the wait for the lock must be 0 to 3600 seconds")
            }
            guard history >= 0 else { throw NUMAHintsError(.usage, "the number of decisions must not be negative") }
            guard (.milliseconds(10) ... .seconds(3600)).contains(watchInterval) else {
                throw NUMAHintsError(.usage, "the interval of a watch must be 0.01 to 3600 seconds")
            }
            let path = if let ledger { ledger } else { try LedgerSource.defaultPath(environment: environment) }
            let source = LedgerSource(path: path, lockWait: lockWait, history: history)
            var setup = NodeSetup()
            setup.machine = MachineOrigin(
                machine, wholeSystem: wholeSystem, scratch: environment["TMPDIR"] ?? "/tmp")
            setup.files = SettingsFiles(
                kubelet: kubeletConfiguration, kubeletArguments: kubeletArguments, own: configuration)
            setup.rules = NodeRules(policy: policy, scope: scope, refusesUnclaimed: refusesUnclaimed)
            setup.providers = ProviderSource(
                folders: providers, isIsolated: isolatesProviders, environment: environment, home: home)
            setup.ledger = source
            setup.onLoss = changedMachine
            return (setup, source)
        }
    }
}
