// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import HintMerge
import KubernetesFormats
import Ledger
import NUMACore
import NUMAHints

/// `numa-hints export`: what is known of the node, for other programs.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Prints what is known of this node in the formats of other programs.",
        subcommands: [ResourceTopologyCommand.self]
    )

    struct ResourceTopologyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "nrt",
            abstract: "Prints the NodeResourceTopology of this node, for NUMA-aware schedulers.",
            discussion: """
                The object of topology.node.k8s.io/v1alpha2 has a zone for each NUMA node, with its distances and with \
                what it has of each resource: capacity, what of that pods can have, and what no pod of the ledger has. \
                docs/node-resource-topology.md says where each field comes from. Equal states give equal bytes. Nothing \
                is changed, and nobody is waited for.

                Examples:
                  numa-hints export nrt | kubectl apply -f -
                  numa-hints export nrt --node-name "$NODE_NAME" --kubelet-config /var/lib/kubelet/config.yaml
                  numa-hints export nrt --machine sim:gpu-8 -o json

                Exit codes: 0 done; 2 usage or bad input; 3 the machine, a provider or the ledger failed.
                """)

        @Option(
            help: ArgumentHelp(
                "What the cluster calls the node: the host name if not given, or the name of a simulated machine.",
                valueName: "name"))
        var nodeName: String?

        @Option(
            help:
                "The pods that the fingerprint is of: all, with-exclusive-resources as a scheduler counts them, or none to leave it out."
        )
        var podsFingerprint = FingerprintChoice.withExclusiveResources

        @Option(help: "none, best-effort, restricted or single-numa-node. Wins over every file.")
        var policy: Policy?

        @Option(help: "container or pod. Wins over every file.")
        var scope: Scope?

        @OptionGroup var machine: MachineOptions
        @OptionGroup var kubelet: KubeletOptions
        @OptionGroup var providers: ProviderOptions
        @OptionGroup var ledgerOptions: LedgerOptions

        @Option(name: [.customShort("o"), .customLong("output")], help: "yaml or json.")
        var output = ObjectFormat.yaml

        func run() throws {
            if let nodeName, !NodeResourceTopology.isName(nodeName) {
                throw NUMAHintsError(
                    .usage, "--node-name \"\(nodeName)\": the name of a node has \(NodeResourceTopology.nameRule)")
            }
            let held = try ledgerOptions.reading { try $0.holdings() } ?? (pods: [], memory: [])
            var setup = Session.setup(machine, kubelet, nil, providers, ledgerOptions)
            setup.rules = NodeRules(policy: policy, scope: scope)
            let (object, warnings) = try setup.resourceTopology(
                named: nodeName, of: held, fingerprint: podsFingerprint.method, logger: Session.logger)
            for warning in warnings { Standard.error("numa-hints: warning: \(warning)") }
            var printed = OutputOptions()
            printed.output = output.format
            try printed.print(object) { "" }
        }
    }
}

/// How an object of Kubernetes is written.
enum ObjectFormat: String, CaseIterable, ExpressibleByArgument {
    case json, yaml

    var format: OutputFormat { self == .json ? .json : .yaml }
}

/// What `--pods-fingerprint` takes.
enum FingerprintChoice: String, CaseIterable, ExpressibleByArgument {
    case all
    case withExclusiveResources = "with-exclusive-resources"
    case none

    var method: PodsFingerprint.Method? { PodsFingerprint.Method(rawValue: rawValue) }
}
