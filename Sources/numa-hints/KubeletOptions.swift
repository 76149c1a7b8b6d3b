// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMAHints

/// A kubelet's settings, which also tell the providers what is reserved.
struct KubeletOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A KubeletConfiguration, unchanged.", valueName: "file"))
    var kubeletConfig: String?

    @Option(
        help: ArgumentHelp("A kubelet's flags, as in a kubelet.env; they win over --kubelet-config.", valueName: "file")
    )
    var kubeletArgs: String?

    /// The files, with those of our own.
    ///
    /// - Parameter own: the path of a numa-hints.yaml.
    func files(own: String?) -> SettingsFiles {
        SettingsFiles(kubelet: kubeletConfig, kubeletArguments: kubeletArgs, own: own)
    }
}
