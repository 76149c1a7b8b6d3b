// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// Reads amounts of resources as the API server validates them.
///
/// Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
struct ResourceReader {
    private(set) var warnings: [FileWarning] = []

    /// The quantity of one resource in the units of ``ResourceAmounts``.
    mutating func amount(of resource: ResourceName, _ node: YAMLNode) throws -> UInt64 {
        if resource.isHugepages, resource.hugepageSize ?? 0 == 0 {
            throw node.error(
                "\"\(resource.rawValue.clipped)\": the page size must be like hugepages-2Mi or hugepages-1Gi")
        }
        guard case .scalar(let text, let isPlain) = node.content, !node.isNull else {
            throw node.error("\(resource): a quantity such as 4, 500m or 16Gi is needed, found \(node.shape)")
        }
        if isPlain, Self.isOddNumber(text) {
            throw node.error(
                "\(resource): \"\(text.clipped)\" is a number in old YAML only, write it in decimal digits")
        }
        guard let quantity = Quantity(text) else {
            throw node.error(
                "\(resource): \"\(text.clipped)\" is no quantity; write for example 4, 500m or 16Gi")
        }
        if quantity.isNegative { throw node.error("\(resource): \(text) is negative, must be 0 or more") }
        guard let amount = resource == .cpu ? quantity.milliValue : quantity.value else {
            throw node.error("\(resource): \(text.clipped) is more than Kubernetes can count (2^63-1)")
        }
        try check(quantity, amount, of: resource, node)
        return amount
    }

    private mutating func check(
        _ quantity: Quantity, _ amount: UInt64, of resource: ResourceName, _ node: YAMLNode
    ) throws {
        if resource.unit == .pieces, resource.rawValue != "ephemeral-storage", !quantity.isWhole {
            throw node.error("\(resource): \(quantity) must be a whole number, devices are not shared out")
        }
        if resource.unit == .bytes, !quantity.isWhole {
            guard !resource.isHugepages else {
                throw node.error("\(resource): \(quantity) must be a whole number of bytes")
            }
            warnings.append(
                node.warning("\(resource): \(quantity) is not a whole number of bytes, taken as \(amount)"))
        }
        guard let size = resource.hugepageSize, size > 0 else { return }
        guard amount % size == 0 else {
            throw node.error(
                "\(resource): \(quantity) is not a multiple of the page size \(BinaryQuantity.exact(size))")
        }
    }

    /// What YAML 1.1, which Kubernetes reads, takes as another number than it looks like: `0x10`,
    /// `1_000`, `010` is eight.
    private static func isOddNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, (0x30...0x39).contains(first) else { return false }
        if digits.contains("_") { return true }
        let second = digits.utf8.dropFirst().first
        return first == 0x30 && (second.map { $0 != 0x2E && $0 < 0x3A || "xXob".utf8.contains($0) } ?? false)
    }
}
