// SPDX-License-Identifier: Apache-2.0

import Logging
import NUMAHints

/// Uses what docs/public-api.md lists as a client does: compiled by a test, and never run.
func client(_ manager: TopologyManager) async throws(NUMAHintsError) -> [String] {
    var options = TopologyManager.Options()
    (options.machine, options.wholeSystem, options.configuration) = ("live", true, nil)
    (options.kubeletConfiguration, options.kubeletArguments, options.ledger) = (nil, nil, nil)
    (options.lockWait, options.history, options.watchInterval) = (.zero, 1, .seconds(1))
    (options.providers, options.isolatesProviders) = ([], false)
    (options.policy, options.scope, options.changedMachine) = (.singleNUMANode, .pod, .keep)
    (options.cgroupRoot, options.hostRoot, options.environment) = ("/", "/", [:])
    options.refusesUnclaimed = true
    options.logger.logLevel = .debug
    let other = try await TopologyManager(options)
    let amounts: ResourceAmounts = [.cpu: 1000, "example.org/gpu": 1]
    let pod = PodSpec(
        uid: "one", namespace: "default", name: "one",
        containers: [ContainerSpec(name: "app", requests: amounts, limits: amounts)], qos: .burstable)
    let decision = try await other.admit(pod)
    var lines = await manager.warnings + decision.warnings + [decision.json, decision.description, decision.uid]
    switch decision.outcome {
    case .admitted, .held: lines.append("\(decision.isAdmitted)")
    case .refused: lines += [decision.reason?.code ?? ""] + (decision.reason?.facts ?? []).map(\.value)
    }
    for assignment in try await manager.explain(pod, changes: 0).allocations.flatMap(\.assignments) {
        switch assignment.piece {
        case .cpus(let cpus): lines.append(cpus.list)
        case .memory(let nodes, let bytes, _): lines.append("\(nodes.members) \(bytes)")
        case .device(let id, _): lines.append(id)
        }
    }
    let attachment = try await manager.attach("one", container: "app", to: .path("/one"))
    lines += [attachment.cgroup, attachment.cpus.list, attachment.nodes.list, attachment.json]
    _ = try await manager.attach("one", container: "app", to: .process(1))
    _ = try await manager.attach("one", container: "app")
    let holdings = try await manager.status()
    lines += holdings.warnings + [holdings.json]
    for pod in holdings.pods where pod.isSettled {
        lines += [pod.uid, pod.namespace, pod.name, pod.admitted] + pod.allocations.map(\.container)
    }
    let release = try await manager.release("one", container: "app")
    lines += release.warnings + [release.json, "\(release.hadSomething)"] + release.had.map(\.container)
    for await change in try await manager.changes() {
        let kinds: [NodeChange.Kind] = [
            .came, .gone, .failed, .recovered, .admitted, .released, .machine, .problem,
        ]
        guard kinds.contains(change.kind) else { continue }
        lines += [change.kind.description, change.description, change.json, change.pod ?? "", change.uid ?? ""]
        lines += [change.resource?.rawValue ?? "", change.device ?? ""]
    }
    await manager.close()
    lines += try TopologyManager.pods(in: "", file: "pod.yaml").map(\.name)
    return lines
}
