// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubernetesFormats
import NUMACore
import NUMAHints
import Recordings

/// A kubelet's settings, which also tell the providers what is reserved.
struct KubeletOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A KubeletConfiguration, unchanged.", valueName: "file"))
    var kubeletConfig: String?

    @Option(
        help: ArgumentHelp("A kubelet's flags, as in a kubelet.env; they win over --kubelet-config.", valueName: "file")
    )
    var kubeletArgs: String?

    /// What the files come to: what describes the machine, then a kubelet's settings, then our own.
    ///
    /// - Parameters:
    ///   - own: the path of a numa-hints.yaml.
    ///   - isKubelet: without a file the defaults are a kubelet's, and not ours.
    func settings(own: String?, machine: RecordedMachine, isKubelet: Bool = false) throws -> NodeSettings {
        var settings = NodeSettings()
        settings.add(machine.settings)
        let memory = machine.machine.nodes.reduce(UInt64(0)) { $0.addingClamped($1.memoryBytes) }
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
        } else if isKubelet {
            settings.apply(KubeletConfiguration(), warnings: [], memoryBytes: memory)
        }
        if let own { try settings.apply(NUMAHintsConfiguration.read(own)) }
        return settings
    }
}
