// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// The requests and limits of one container, defaulted and checked as the API server does.
///
/// Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
struct ContainerResources {
    let container: String
    private(set) var requests: ResourceAmounts = [:]
    private(set) var limits: ResourceAmounts = [:]
    private(set) var warnings: [FileWarning] = []
    /// Where each request and limit is, for messages about both.
    private var requestNodes: [ResourceName: YAMLNode] = [:]
    private var limitNodes: [ResourceName: YAMLNode] = [:]

    init(container: String) { self.container = container }

    /// - Parameter node: the `resources` of a container; nil if it has none.
    mutating func read(_ node: YAMLNode?) throws {
        guard let node else { return }
        for entry in try node.entries("resources") {
            switch entry.key {
            case "requests": requests = try amounts(entry, into: \.requestNodes)
            case "limits": limits = try amounts(entry, into: \.limitNodes)
            case "claims":
                warnings.append(
                    FileWarning(
                        "resources.claims left out: no hints come of them", file: node.file, line: entry.line)
                )
            default:
                let hint = NearestWord.hint(entry.key, among: ["requests", "limits", "claims"])
                throw NUMAHintsError(
                    .input, "resources has no field \"\(entry.key.clipped)\"\(hint)",
                    file: node.file, line: entry.line)
            }
        }
        // What is limited and not requested is requested as limited.
        for amount in limits where requests[amount.resource] == nil {
            requests[amount.resource] = amount.quantity
            requestNodes[amount.resource] = limitNodes[amount.resource]
        }
        for amount in requests { try check(amount) }
    }

    private mutating func amounts(
        _ entry: YAMLNode.Entry, into nodes: WritableKeyPath<Self, [ResourceName: YAMLNode]>
    ) throws -> ResourceAmounts {
        var reader = ResourceReader()
        var amounts: ResourceAmounts = [:]
        for item in try entry.value.entries(entry.key, limit: 1000) {
            let resource = ResourceName(item.key)
            var value = item.value
            value.line = item.line
            try Self.checkName(resource, value)
            let amount = try reader.amount(of: resource, value)
            if resource.rawValue == "ephemeral-storage" {
                warnings.append(value.warning("ephemeral-storage left out: it is not placed on NUMA nodes"))
                continue
            }
            amounts[resource] = amount
            self[keyPath: nodes][resource] = value
        }
        warnings += reader.warnings
        return amounts
    }

    /// A resource of Kubernetes' own, or one with a domain: `vendor.com/gpu`.
    private static func checkName(_ resource: ResourceName, _ node: YAMLNode) throws {
        let own = ["cpu", "memory", "ephemeral-storage"]
        if own.contains(resource.rawValue) || resource.isHugepages { return }
        let parts = resource.rawValue.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, DNSName.isSubdomain(String(parts[0])), isQualifiedName(parts[1]) { return }
        let hint = NearestWord.hint(resource.rawValue, among: own + ["hugepages-2Mi", "hugepages-1Gi"])
        throw node.error(
            "\"\(resource.rawValue.clipped)\" is no resource\(hint); it must be cpu, memory, "
                + "hugepages-<size>, ephemeral-storage or have a domain, e.g. vendor.com/gpu")
    }

    private static func isQualifiedName(_ name: Substring) -> Bool {
        (1...63).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            && !"-_.".contains(name.first ?? "-") && !"-_.".contains(name.last ?? "-")
    }

    private func check(_ request: ResourceAmount) throws {
        let resource = request.resource
        guard let node = requestNodes[resource] else { return }
        let mustBeEqual = resource.isHugepages || resource.unit == .pieces
        guard let limit = limits[resource] else {
            guard mustBeEqual else { return }
            throw node.error(
                "container \"\(container)\": \(resource) needs a limit too, equal to its request")
        }
        let found = "request \(Self.exact(request.quantity, resource)), limit \(Self.exact(limit, resource))"
        if request.quantity > limit {
            throw node.error("container \"\(container)\": \(resource): \(found), must be at most the limit")
        }
        if mustBeEqual, request.quantity != limit {
            throw node.error("container \"\(container)\": \(resource): \(found), must be equal")
        }
        if resource.isHugepages, requests[.cpu] == nil, requests[.memory] == nil {
            throw node.error("container \"\(container)\": \(resource) needs a request of cpu or memory too")
        }
    }

    private static func exact(_ quantity: UInt64, _ resource: ResourceName) -> String {
        resource.unit == .bytes ? BinaryQuantity.exact(quantity) : resource.text(of: quantity)
    }
}
