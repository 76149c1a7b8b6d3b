// SPDX-License-Identifier: Apache-2.0

public import Admission
public import ArgumentParser
public import HintMerge
import KubernetesFormats
import NUMACore
import NUMAHints

/// By which rules pods are decided about.
struct RuleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A KubeletConfiguration, unchanged.", valueName: "file"))
    var kubeletConfig: String?

    @Option(
        help: ArgumentHelp("A kubelet's flags, as in a kubelet.env; they win over --kubelet-config.", valueName: "file")
    )
    var kubeletArgs: String?

    @Option(help: "none, best-effort, restricted or single-numa-node. Wins over every file.")
    var policy: Policy?

    @Option(help: "container or pod. Wins over every file.")
    var scope: Scope?

    @Option(help: "current (kubelet 1.24 and later) or kubelet-1.23.")
    var semantics: MergeSemantics = .current

    @Flag(help: "Refuse a pod that asks for a resource that no provider answers for.")
    var strict = false

    /// What files and flags come to: a kubelet's settings, then our own, then the flags.
    func settings(own: String?, machine: Machine) throws -> NodeSettings {
        var settings = NodeSettings()
        let memory = machine.nodes.reduce(UInt64(0)) { $0.addingClamped($1.memoryBytes) }
        let file = try kubeletConfig.map { try KubeletConfiguration.read($0) }
        if let kubeletArgs {
            let flags = try KubeletArguments.read(kubeletArgs, over: file?.configuration ?? KubeletConfiguration())
            var warnings = (file?.warnings ?? []) + flags.warnings
            if let path = flags.configPath, kubeletConfig == nil {
                warnings.append(
                    FileWarning("--config=\(path) is not read; give it with --kubelet-config", file: kubeletArgs))
            }
            settings.apply(flags.configuration, warnings: warnings, memoryBytes: memory)
        } else if let file {
            settings.apply(file.configuration, warnings: file.warnings, memoryBytes: memory)
        }
        if let own { try settings.apply(NUMAHintsConfiguration.read(own)) }
        if let policy { settings.admission.merge.policy = policy }
        if let scope { settings.admission.scope = scope }
        settings.admission.merge.semantics = semantics
        settings.admission.refusesUnclaimed = strict
        return settings
    }
}

extension Policy: ExpressibleByArgument {}
extension Scope: ExpressibleByArgument {}
extension MergeSemantics: ExpressibleByArgument {}
