// SPDX-License-Identifier: Apache-2.0

package import Admission
import FoundationEssentials
import JSONWriting
package import Logging
import NUMACore
import Presentation
package import Recordings

/// What a node is made of, as flags or options name it: the same for the commands and for those who embed this.
package struct NodeSetup: Sendable {
    package var machine = MachineOrigin()
    package var files = SettingsFiles()
    /// Nil decides by what files say alone.
    package var rules: NodeRules?
    package var providers = ProviderSource()
    /// Nil where nothing is kept; else the CPUs that containers keep for themselves are the machine's still.
    package var ledger: LedgerSource?
    /// Wins over what files say.
    package var onLoss: LossHandling?

    package init() {}

    /// Runs the body with the machine, the rules and the providers; what was unpacked for them is there until the body
    /// returns.
    ///
    /// - Parameters:
    ///   - isKubelet: where nothing is set, a kubelet's defaults count.
    ///   - adjust: what is done with the settings of all files, before the rules are put over them.
    package func withNode<Value>(
        logger: Logger, comparesWithKubelet: Bool = false, isKubelet: Bool = false,
        adjust: (inout NodeSettings, RecordedMachine) throws -> Void = { _, _ in },
        _ body: (inout Node) throws -> Value
    ) throws -> Value {
        try machine.withMachine { opened in
            var opened = opened
            if let ledger { opened.machine = try machine.withPartitions(opened, ledger) }
            var settings = try files.settings(for: opened, isKubelet: isKubelet)
            try adjust(&settings, opened)
            rules?.apply(to: &settings)
            try providers.isolate(&settings)
            if let onLoss { settings.lossHandling = onLoss }
            var node = Node(
                opened.machine, root: opened.root, settings: settings, search: try providers.search(settings),
                logger: logger, comparesWithKubelet: comparesWithKubelet)
            return try body(&node)
        }
    }
}

extension LedgerSource {
    /// Runs the body with a node whose allocations this ledger keeps; others wait for it meanwhile.
    ///
    /// - Parameters:
    ///   - own: the uid of a pod that the body releases, though its process may have ended.
    ///   - updatesSharers: write the cgroups of those that share CPUs afterwards.
    ///   - comparesMemory: say where the kernel has less memory free than the ledger's books.
    ///   - note: hears what was done besides.
    ///   - observer: hears what providers are asked, and of merges.
    ///   - warn: hears each warning.
    package func withAllocator<Value>(
        on node: Node, own: String? = nil, updatesSharers: Bool = true, comparesMemory: Bool = false,
        note: (String) -> Void, observer: (any NodeObserver)? = nil, warn: (String) -> Void,
        _ body: (inout NodeAllocator) throws -> Value
    ) throws -> Value {
        try writing { opened in
            let style = Date.ISO8601FormatStyle()
            let now: @Sendable () -> String = { Date.now.formatted(style) }
            var allocator = try NodeAllocator(
                node, ledger: opened,
                describe: { StoredTrace($0, time: now()).json() }, now: now, observer: observer)
            for line in try allocator.releaseEnded(besides: own) { note(line) }
            let memory = comparesMemory ? node.memoryWarnings() : []
            for warning in allocator.warnings + memory { warn(warning) }
            // Those that share CPUs follow, also where the body released something and failed.
            let result = Result { try body(&allocator) }
            for line in updatesSharers ? try allocator.updateSharers() : [] { warn(line) }
            return try result.get()
        }
    }
}
