// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubernetesFormats
import NUMACore
import NUMAHints
import Service

/// The service that is asked instead of the node itself.
struct SocketOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ask the service that listens there (numa-hints serve). Machine, rules, providers and ledger are its own.",
            valueName: "path"))
    var socket: String?

    /// Asks the service, and prints what it answers as the command would.
    ///
    /// - Parameter others: options that do not go with this, with whether they were given.
    /// - Returns: whether a service was named.
    func ask(
        _ output: OutputOptions, without others: [(name: String, isGiven: Bool)],
        _ question: () throws -> ServiceQuestion
    ) throws -> Bool {
        guard let socket else { return false }
        let given = others.filter(\.isGiven).map(\.name)
        guard given.isEmpty else {
            throw NUMAHintsError(
                .usage, "--socket asks a service with options of its own: leave out \(given.joined(separator: ", "))")
        }
        let reply = try ServiceClient(socket: socket).ask(question(), as: output.output, width: Terminal.width)
        for warning in reply.warnings { Standard.error("numa-hints: warning: \(warning)") }
        print(reply.text, terminator: "")
        if reply.exitStatus != 0 { throw ExitCode(reply.exitStatus) }
        return true
    }

    /// The text of the one file of pods.
    func pod(in files: [String]) throws -> (text: String, file: String) {
        guard let path = files.first, files.count == 1 else {
            throw NUMAHintsError(.usage, "--socket asks about one file with one pod, found \(files.count) files")
        }
        let source = try SourceText.read(path)
        return (source.text, source.file)
    }
}

extension MachineOptions {
    var given: [(name: String, isGiven: Bool)] { [("--machine", isNamed), ("--whole-system", wholeSystem)] }
}

extension KubeletOptions {
    var given: [(name: String, isGiven: Bool)] {
        [("--kubelet-config", kubeletConfig != nil), ("--kubelet-args", kubeletArgs != nil)]
    }
}

extension RuleOptions {
    var given: [(name: String, isGiven: Bool)] {
        [
            ("--policy", policy != nil), ("--scope", scope != nil), ("--semantics", semantics != nil),
            ("--compat", compat != nil), ("--strict", strict),
        ]
    }
}

extension ProviderOptions {
    var given: [(name: String, isGiven: Bool)] {
        [("--providers", !folders.isEmpty), ("--config", config != nil), ("--isolate", isolate)]
    }
}

extension LedgerOptions {
    var given: [(name: String, isGiven: Bool)] {
        [("--ledger", ledger != nil), ("--changed-machine", changedMachine != nil), ("--lock-wait", lockWait != 10)]
    }
}
