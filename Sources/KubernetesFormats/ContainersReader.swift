// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// Reads the containers of a pod's spec, in the order in which they are admitted.
enum ContainersReader {
    /// Init containers and sidecars first, then the others.
    ///
    /// Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
    static func read(_ spec: YAMLNode, warnings: inout [FileWarning]) throws -> [ContainerSpec] {
        guard let list = spec["containers"], try !list.items("containers").isEmpty else {
            throw spec.error("containers is missing or empty, a pod needs at least one container")
        }
        var containers: [ContainerSpec] = []
        var lines: [String: Int] = [:]
        for (field, isInit) in [("initContainers", true), ("containers", false)] {
            for node in try spec[field]?.items(field) ?? [] {
                let container = try container(node, field: field, isInit: isInit, warnings: &warnings)
                if let line = lines.updateValue(node.line, forKey: container.name) {
                    throw node.error("container \"\(container.name)\" is there twice, first at line \(line)")
                }
                containers.append(container)
            }
        }
        return containers
    }

    private static func container(
        _ node: YAMLNode, field: String, isInit: Bool, warnings: inout [FileWarning]
    ) throws -> ContainerSpec {
        _ = try node.entries("a container in \(field)")
        guard let nameNode = node["name"], let name = try nameNode.text("name") else {
            throw node.error("name is missing in a container of \(field)")
        }
        guard DNSName.isLabel(name) else {
            throw nameNode.error("container name \"\(name.clipped)\" must be \(DNSName.labelRule)")
        }
        var resources = ContainerResources(container: name)
        try resources.read(node["resources"])
        warnings += resources.warnings
        return ContainerSpec(
            name: name, kind: try kind(of: node, isInit: isInit), requests: resources.requests,
            limits: resources.limits)
    }

    /// Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    private static func kind(of node: YAMLNode, isInit: Bool) throws -> ContainerSpec.Kind {
        let policy = node["restartPolicy"]
        let text = try policy?.text("restartPolicy") ?? ""
        if let policy, !["Always", "OnFailure", "Never"].contains(text) {
            throw policy.error(
                "restartPolicy of a container must be Always, OnFailure or Never, found \"\(text.clipped)\"")
        }
        return isInit ? text == "Always" ? .sidecar : .initialization : .app
    }
}
