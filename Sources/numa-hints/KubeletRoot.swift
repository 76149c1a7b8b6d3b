// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import KubernetesFormats
import NUMACore
import NUMAHints
import Recordings

/// A kubelet's folder, of which the state files and the configuration are read.
struct KubeletRoot: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Decide as the kubelet of this folder, e.g. /var/lib/kubelet: its config.yaml, its flags in "
                + "kubeadm-flags.env, and what its state files say that containers hold. A snapshot that has them does "
                + "too. --compat is then kubelet.",
            valueName: "dir"))
    var kubeletRoot: String?

    /// The folder that was named, or that of the snapshot that was named; nil if none was.
    func folder() throws -> String? {
        try kubeletRoot.map { OpenedSnapshot.canBe($0) ? try OpenedSnapshots.kubelet(of: $0) : $0 }
    }

    /// What the state files say, and what is wrong with them, a line each; nil if no folder was named.
    func state() throws -> (state: KubeletState, warnings: [String])? {
        guard let folder = try folder() else { return nil }
        let (state, damage) = try KubeletState.readAll(folder: folder)
        // A decision on nothing is none.
        if let first = damage.first, state.cpu == nil, state.memory == nil, state.devices == nil { throw first }
        let lost = damage.map { "\($0): \(Self.meaning(of: KubeletState.FileName(ofFile: $0.file)))" }
        let missing = state.missing.map { "\(folder)/\($0.rawValue) is not there: \(Self.meaning(of: $0))" }
        return (state, lost + missing + state.problems.map { "\(folder)/\($0)" })
    }

    /// The options with the files of the folder for those that were not named.
    ///
    /// - Returns: also what should be known of it.
    func completed(_ options: KubeletOptions) throws -> (options: KubeletOptions, warnings: [String]) {
        guard let folder = try folder() else { return (options, []) }
        var options = options
        var warnings: [String] = []
        if options.kubeletConfig == nil {
            let path = "\(folder)/config.yaml"
            if isThere(path) {
                options.kubeletConfig = path
            } else {
                warnings.append(
                    "\(path) is not there: what no flag says is as a kubelet's defaults are, which align nothing; "
                        + "name the configuration with --kubelet-config")
            }
        }
        let flags = "\(folder)/kubeadm-flags.env"
        // It may say that there are none.
        if options.kubeletArgs == nil, isThere(flags) {
            let text = try? SourceText.read(flags).text
            if text == nil { warnings.append("\(flags) cannot be read: what it says is not known") }
            guard text?.contains("--") == true else { return (options, warnings) }
            options.kubeletArgs = flags
        }
        return (options, warnings)
    }

    private func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    private static func meaning(of file: KubeletState.FileName?) -> String {
        switch file {
        case .cpu: "which CPUs containers hold is not known, and all are taken as free"
        case .memory: "which memory containers hold is not known, and all is taken as free"
        case .devices: "which devices there are and who holds them is not known from the kubelet"
        case nil: "what it says is not known"
        }
    }
}
