// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMACore
import NUMAHints
import Service

/// `numa-hints serve`: the node over a socket.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the node on a local socket, by HTTP.",
        discussion: """
            Others ask it by HTTP/1.1 with JSON what the commands do: POST /v1/admit, /v1/explain, /v1/release, \
            /v1/attach; GET /v1/status, /v1/events, /healthz, /readyz, /metrics. The commands themselves ask it by \
            their option --socket. It works on the same ledger as the commands, which may be used beside it.

            Root, the user who runs it, and who is of --group may change something; others may read with --readers \
            everyone. It takes the socket that systemd hands over, if it does, and tells it when it is ready. SIGINT \
            or SIGTERM ends it, once the calls under way are done.

            Examples:
              numa-hints serve
              numa-hints serve --group numa --readers everyone --policy restricted
              numa-hints serve --socket ./numa.sock --ledger ./ledger.db --machine sim:xeon-snc2
              curl --unix-socket ./numa.sock --data-binary @pod.yaml http://localhost/v1/explain

            Exit codes: 0 it was asked to end; 2 usage or bad input; 3 the machine, a provider, the ledger or the \
            socket failed.
            """)

    @Option(
        help: ArgumentHelp(
            "Where to listen: /run/numa-hints/numa-hints.sock for root, below XDG_RUNTIME_DIR for others, if not given.",
            valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Who may change something, besides root: a group's name or number.", valueName: "name"))
    var group: String?

    @Option(help: "group or everyone: who may read.")
    var readers = ServiceOptions.Readers.group

    @Option(help: "How many decisions the ledger keeps.")
    var history = 1000

    @Option(help: ArgumentHelp("Where the cgroups are mounted.", valueName: "dir"))
    var cgroupRoot = "/sys/fs/cgroup"

    @Option(help: ArgumentHelp("Where the host's /var/lib/kubelet is, if not at /.", valueName: "dir"))
    var hostRoot = "/"

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    func run() throws {
        // Before there is a second thread.
        var interruption = Interruption()
        let manager = ServiceManager(environment: Environment.values(ServiceManager.variables))
        let handed = try manager.socket()
        guard handed == nil || socket == nil else {
            throw NUMAHintsError(.usage, "a socket was handed over: leave out --socket")
        }
        if handed != nil, group != nil || readers == .everyone {
            Standard.error(
                "numa-hints: the unit of the socket says who can connect: its SocketGroup= and SocketMode= are to fit")
        }
        let path = try socket ?? SocketPlace.default(environment: Environment.values(["XDG_RUNTIME_DIR"]))
        var options = ServiceOptions(socket: path)
        options.group = try group.map { (name) throws(NUMAHintsError) in try SocketPlace.group(name) }
        options.readers = readers
        options.version = NumaHints.configuration.version
        let service = try Service(ManagedNode(nodeOptions(), rules: rules.rules), options, socket: handed) {
            Standard.error("numa-hints: \($0)")
        }
        Standard.error("numa-hints: listening at \(handed == nil ? path : "the socket that was handed over")")
        manager.notify("READY=1")
        while interruption.signal(within: 3600) == nil {}
        manager.notify("STOPPING=1")
        service.stop()
    }

    private func nodeOptions() throws -> TopologyManager.Options {
        var options = TopologyManager.Options()
        options.machine = machine.machine
        options.wholeSystem = machine.wholeSystem
        options.configuration = providers.config
        options.kubeletConfiguration = kubelet.kubeletConfig
        options.kubeletArguments = kubelet.kubeletArgs
        let ledger = try ledgerOptions.changeable(history: history).path
        guard ledger != ":memory:" else {
            throw NUMAHintsError(.usage, "each call opens the ledger: give --ledger a file, not :memory:")
        }
        options.ledger = ledger
        options.lockWait = .seconds(ledgerOptions.lockWait)
        options.history = history
        options.providers = providers.folders
        options.isolatesProviders = providers.isolate
        options.changedMachine = ledgerOptions.changedMachine
        options.cgroupRoot = cgroupRoot
        options.hostRoot = hostRoot
        options.environment = Environment.values([
            "HOME", "XDG_STATE_HOME", "TMPDIR", "NUMA_HINTS_PROVIDER_PATH", "NUMA_HINTS_LIBEXEC",
        ])
        options.logger = Session.logger
        return options
    }
}

extension ServiceOptions.Readers: ExpressibleByArgument {}
