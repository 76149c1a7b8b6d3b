// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Logging
import NUMACore
import NUMAHints
import Recordings

/// What the commands that ask providers have in common.
enum Session {
    /// What the options name.
    static func setup(
        _ machine: MachineOptions, _ kubelet: KubeletOptions, _ rules: RuleOptions?, _ providers: ProviderOptions,
        _ ledger: LedgerOptions?, _ onLoss: LossHandling? = nil
    ) -> NodeSetup {
        var setup = NodeSetup()
        setup.machine = machine.origin
        setup.files = kubelet.files(own: providers.config)
        setup.rules = rules?.rules
        setup.providers = providers.source
        // A ledger that has no place is complained of by whoever is to use it.
        setup.ledger = ledger.flatMap { try? $0.source() }
        setup.onLoss = onLoss
        return setup
    }

    /// Runs the body with the machine, the rules and the providers that the options name; what was unpacked
    /// for them is there until the body returns.
    ///
    /// - Parameters:
    ///   - ledger: of the containers that keep CPUs for themselves, which are the machine's still.
    ///   - isKubelet: where nothing is set, a kubelet's defaults count.
    ///   - adjust: what is done with the settings of all files, before the rules are put over them.
    static func withNode(
        _ machine: MachineOptions, _ kubelet: KubeletOptions, _ rules: RuleOptions?, _ providers: ProviderOptions,
        _ ledger: LedgerOptions? = nil, comparesWithKubelet: Bool = false, onLoss: LossHandling? = nil,
        isKubelet: Bool = false, adjust: (inout NodeSettings, RecordedMachine) throws -> Void = { _, _ in },
        _ body: (inout Node) throws -> Void
    ) throws {
        try setup(machine, kubelet, rules, providers, ledger, onLoss).withNode(
            logger: logger, comparesWithKubelet: comparesWithKubelet, isKubelet: isKubelet, adjust: adjust, body)
    }

    /// Runs the body with a node whose allocations the ledger keeps.
    ///
    /// - Parameters:
    ///   - own: the uid of a pod that the body releases, though its process may have ended.
    ///   - updatesSharers: write the cgroups of those that share CPUs afterwards.
    ///   - comparesMemory: say where the kernel has less memory free than the ledger's books.
    ///   - warn: what is done with each warning.
    static func withAllocator(
        _ machine: MachineOptions, _ kubelet: KubeletOptions, _ rules: RuleOptions?, _ providers: ProviderOptions,
        _ ledger: LedgerOptions, history: Int, own: String? = nil, updatesSharers: Bool = true,
        comparesMemory: Bool = false, warn: (String) -> Void = { Standard.error("numa-hints: warning: \($0)") },
        _ body: (inout NodeAllocator) throws -> Void
    ) throws {
        try withNode(machine, kubelet, rules, providers, ledger, onLoss: ledger.changedMachine) { node in
            guard node.refusals.isEmpty else {
                for line in node.refusals { Standard.error("numa-hints: \(line)") }
                throw ExitCode(NUMAHintsError.Code.provider.exitStatus)
            }
            for warning in node.warnings { warn(warning) }
            try ledger.changeable(history: history).withAllocator(
                on: node, own: own, updatesSharers: updatesSharers, comparesMemory: comparesMemory,
                note: { Standard.error("numa-hints: \($0)") }, warn: warn, body)
        }
    }

    /// Warnings and errors of providers go to standard error, as lines of this program.
    static var logger: Logger {
        Logger(label: "numa-hints") { _ in LineLogHandler() }
    }
}

/// Writes log lines as this program writes its own messages.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let provider = event.metadata?["provider"].map { "\($0): " } ?? ""
        Standard.error("numa-hints: \(event.level): \(provider)\(event.message)")
    }
}
