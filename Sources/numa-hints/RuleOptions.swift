// SPDX-License-Identifier: Apache-2.0

public import Admission
public import ArgumentParser
public import HintMerge
import NUMAHints

/// By which rules pods are decided about.
struct RuleOptions: ParsableArguments {
    @Option(help: "none, best-effort, restricted or single-numa-node. Wins over every file.")
    var policy: Policy?

    @Option(help: "container or pod. Wins over every file.")
    var scope: Scope?

    @Option(help: "current (kubelet 1.24 and later) or kubelet-1.23; current if not given.")
    var semantics: MergeSemantics?

    @Option(
        help: "kubelet: do as the kubelet also where it is at fault (docs/kubelet-differences.md); none if not given.")
    var compat: Compatibility?

    @Flag(help: "Refuse a pod that asks for a resource that no provider answers for.")
    var strict = false

    var rules: NodeRules {
        NodeRules(
            policy: policy, scope: scope, semantics: semantics ?? .current, imitatesKubelet: compat == .kubelet,
            refusesUnclaimed: strict)
    }
}

extension Policy: ExpressibleByArgument {}
extension Scope: ExpressibleByArgument {}
extension MergeSemantics: ExpressibleByArgument {}

/// Whose behaviour providers have where the kubelet is at fault.
enum Compatibility: String, CaseIterable, ExpressibleByArgument {
    case none
    case kubelet
}
