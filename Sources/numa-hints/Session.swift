// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import FoundationEssentials
import Logging
import NUMACore
import NUMAHints
import Presentation
import ProviderHost
import Recordings

/// What the commands that ask providers have in common.
enum Session {
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
        try machine.withMachine { opened in
            var opened = opened
            if let ledger { opened.machine = try machine.withPartitions(opened, ledger) }
            var settings = try kubelet.settings(own: providers.config, machine: opened, isKubelet: isKubelet)
            try adjust(&settings, opened)
            rules?.apply(to: &settings)
            try providers.isolate(&settings)
            if let onLoss { settings.lossHandling = onLoss }
            var node = Node(
                opened.machine, root: opened.root, settings: settings, search: try providers.search(settings),
                logger: logger, comparesWithKubelet: comparesWithKubelet)
            try body(&node)
        }
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
            try ledger.withLedger(history: history) { opened in
                let now: @Sendable () -> String = { Date.now.formatted(.iso8601) }
                var allocator = try NodeAllocator(
                    node, ledger: opened, describe: { StoredText.of(StoredDecision($0, time: now())) }, now: now)
                for line in try allocator.releaseEnded(besides: own) { Standard.error("numa-hints: \(line)") }
                let memory = comparesMemory ? node.memoryWarnings() : []
                for warning in allocator.warnings + memory { warn(warning) }
                // Those that share CPUs follow, also where the body released something and failed.
                let result = Result { try body(&allocator) }
                for line in updatesSharers ? try allocator.updateSharers() : [] { warn(line) }
                try result.get()
            }
        }
    }

    /// Warnings and errors of providers go to standard error, as lines of this program.
    private static var logger: Logger {
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
