// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
package import Recordings

/// The files that say by which rules a node decides and what its providers are told, by path.
package struct SettingsFiles: Sendable {
    /// A KubeletConfiguration.
    package var kubelet: String?
    /// A kubelet's flags, which win over its configuration.
    package var kubeletArguments: String?
    /// A numa-hints.yaml, which wins over both.
    package var own: String?

    package init(kubelet: String? = nil, kubeletArguments: String? = nil, own: String? = nil) {
        self.kubelet = kubelet
        self.kubeletArguments = kubeletArguments
        self.own = own
    }

    /// What the files come to: what describes the machine, then a kubelet's settings, then our own.
    ///
    /// - Parameter isKubelet: without a file the defaults are a kubelet's, and not ours.
    package func settings(for machine: RecordedMachine, isKubelet: Bool = false) throws -> NodeSettings {
        var settings = NodeSettings()
        settings.add(machine.settings)
        let memory = machine.machine.nodes.reduce(UInt64(0)) { $0.addingClamped($1.memoryBytes) }
        let file = try kubelet.map { try KubeletConfiguration.read($0) }
        if let kubeletArguments {
            let flags = try KubeletArguments.read(kubeletArguments, over: file?.configuration ?? KubeletConfiguration())
            var warnings = (file?.warnings ?? []) + flags.warnings
            if let path = flags.configPath, kubelet == nil {
                warnings.append(
                    FileWarning(
                        "--config=\(path) is not read; give it with --kubelet-config", file: kubeletArguments))
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
