// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// Reads one pod, or the pod template of one workload.
struct PodReader {
    let kind: PodKind
    /// How many pods of the file come before it.
    let position: Int
    private(set) var warnings: [FileWarning] = []

    init(kind: PodKind, position: Int) {
        self.kind = kind
        self.position = position
    }

    mutating func pod(of object: YAMLNode) throws -> PodSpec {
        var place = object
        for key in kind.template {
            guard let inner = place[key] else { throw place.error("\(key) is missing in the \(kind.name)") }
            place = inner
        }
        let path = kind.template.isEmpty ? "" : kind.template.joined(separator: ".") + "."
        guard let spec = place["spec"] else { throw place.error("\(path)spec is missing") }
        _ = try spec.entries("\(path)spec")
        let (namespace, name) = try names(of: object)
        let containers = try ContainersReader.read(spec, warnings: &warnings)
        try warnOfTheRest(of: object, spec)
        return PodSpec(
            uid: try uid(of: object, namespace: namespace, name: name), namespace: namespace,
            name: name + kind.suffix, containers: containers)
    }

    /// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
    private func names(of object: YAMLNode) throws -> (namespace: String, name: String) {
        guard let metadata = object["metadata"] else {
            throw object.error("metadata is missing; metadata.name is needed")
        }
        _ = try metadata.entries("metadata")
        let namespace = try metadata["namespace"]?.text("metadata.namespace") ?? "default"
        guard DNSName.isLabel(namespace) else {
            throw (metadata["namespace"] ?? metadata).error(
                "metadata.namespace \"\(namespace.clipped)\" must be \(DNSName.labelRule)")
        }
        if let node = metadata["name"], let name = try node.text("metadata.name"), !name.isEmpty {
            guard DNSName.isSubdomain(name) else {
                throw node.error("metadata.name \"\(name.clipped)\" must be \(DNSName.subdomainRule)")
            }
            return (namespace, name)
        }
        guard let node = metadata["generateName"],
            let prefix = try node.text("metadata.generateName"), !prefix.isEmpty
        else { throw metadata.error("metadata.name is missing, and generateName too") }
        let name = prefix + MadeUpID.suffix(of: "\(namespace)/\(prefix)/\(kind.name)/\(position)")
        guard DNSName.isSubdomain(name) else {
            throw node.error(
                "metadata.generateName \"\(prefix.clipped)\" must begin \(DNSName.subdomainRule)")
        }
        return (namespace, name)
    }

    /// The pod's own uid, or a made-up one that is the same each time: that of a workload is not its pod's.
    private func uid(of object: YAMLNode, namespace: String, name: String) throws -> String {
        if kind.template.isEmpty, let node = object["metadata"]?["uid"],
            let uid = try node.text("metadata.uid"), !uid.isEmpty
        {
            guard uid.utf8.count <= 128, uid.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x2F && $0 < 0x7F }) else {
                throw node.error("metadata.uid \"\(uid.clipped)\" must be printable and without /")
            }
            return uid
        }
        return MadeUpID.uuid(of: "\(namespace)/\(name)/\(kind.name)/\(position)")
    }

    private mutating func warnOfTheRest(of object: YAMLNode, _ spec: YAMLNode) throws {
        if let resources = spec["resources"] {
            warnings.append(
                resources.warning("spec.resources of the whole pod left out: only its containers' count"))
        }
        if let overhead = spec["overhead"] {
            warnings.append(overhead.warning("spec.overhead left out: nothing is placed for it"))
        }
        if let claims = spec["resourceClaims"] {
            warnings.append(claims.warning("spec.resourceClaims left out: no hints come of them"))
        }
        guard let field = kind.count, let node = object["spec"]?[field] else { return }
        let count = try node.integer("spec.\(field)", in: 0...Int(Int32.max))
        if count != 1 { warnings.append(node.warning("\(field): \(count), one pod is looked at")) }
    }
}
