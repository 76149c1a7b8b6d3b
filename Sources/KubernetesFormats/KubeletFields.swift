// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// Reads fields of a `KubeletConfiguration`, one after the other; flags come as fields too.
///
/// Source: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
struct KubeletFields {
    static let names = [
        "cpuManagerPolicy", "cpuManagerPolicyOptions", "evictionHard", "featureGates", "kubeReserved",
        "memoryManagerPolicy", "mergeDefaultEvictionSettings", "reservedMemory", "reservedSystemCPUs",
        "systemReserved", "topologyManagerPolicy", "topologyManagerPolicyOptions", "topologyManagerScope",
    ]

    private var configuration: KubeletConfiguration
    var warnings: [FileWarning] = []
    /// What `evictionHard` says about memory; whether it says anything; whether defaults fill it up.
    private var evictionMemory: KubeletConfiguration.EvictionThreshold?
    private var hasEvictionHard = false
    private var mergesEvictionDefaults = false

    /// - Parameter base: what the fields change.
    init(file: String, base: KubeletConfiguration = KubeletConfiguration()) {
        configuration = base
        // The first place names the file, also for what no field says.
        configuration.places.append(KubeletConfiguration.Place(field: "", file: file, line: nil))
    }

    /// The configuration with all fields read.
    func finished() -> KubeletConfiguration {
        var result = configuration
        if hasEvictionHard {
            let usual: KubeletConfiguration.EvictionThreshold = .bytes(mergesEvictionDefaults ? 100 << 20 : 0)
            result.evictionHardMemory = evictionMemory ?? usual
        }
        return result
    }

    mutating func read(_ name: String, _ node: YAMLNode, line: Int) throws {
        configuration.places.append(
            KubeletConfiguration.Place(field: name, file: node.file, line: line))
        switch name {
        case "topologyManagerPolicy":
            configuration.topologyManagerPolicy = try word(
                node, name, among: ["none", "best-effort", "restricted", "single-numa-node"])
        case "topologyManagerScope":
            configuration.topologyManagerScope = try word(node, name, among: ["container", "pod"])
        case "cpuManagerPolicy":
            configuration.cpuManagerPolicy = try word(node, name, among: ["none", "static"])
        case "memoryManagerPolicy":
            configuration.memoryManagerPolicy = try word(node, name, among: ["None", "Static"])
        case "topologyManagerPolicyOptions":
            configuration.topologyManagerPolicyOptions = try options(node, name)
        case "cpuManagerPolicyOptions":
            configuration.cpuManagerPolicyOptions = try options(node, name)
        case "featureGates": try readGates(node)
        case "reservedSystemCPUs": try readCPUs(node)
        case "systemReserved": configuration.systemReserved = try reserved(node, name)
        case "kubeReserved": configuration.kubeReserved = try reserved(node, name)
        case "evictionHard": try readEviction(node)
        case "mergeDefaultEvictionSettings":
            mergesEvictionDefaults = try boolean(node, name)
        case "reservedMemory": try readReservedMemory(node)
        default: break
        }
    }

    /// One of the words; the first, which is the default, for nothing and for empty text.
    private func word(_ node: YAMLNode, _ name: String, among words: [String]) throws -> String {
        guard let text = try node.text(name), !text.isEmpty else { return words[0] }
        guard words.contains(text) else {
            let hint = NearestWord.hint(text, among: words)
            throw node.error(
                "\(name) must be one of \(words.joined(separator: ", ")), found \"\(text.clipped)\"\(hint)")
        }
        return text
    }

    private func boolean(_ node: YAMLNode, _ name: String) throws -> Bool {
        let option = KubeletConfiguration.Option(name, try node.text(name) ?? "")
        guard let isOn = option.isOn else {
            throw node.error("\(name) must be true or false, found \(node.shape)")
        }
        return isOn
    }

    private mutating func options(_ node: YAMLNode, _ name: String) throws -> [KubeletConfiguration.Option] {
        var options: [KubeletConfiguration.Option] = []
        for entry in try node.entries(name) {
            guard case .scalar(let text, let isPlain) = entry.value.content else {
                throw entry.value.error("\(name): \(entry.key.clipped) must be a text, e.g. \"true\"")
            }
            if isPlain {
                warnings.append(
                    entry.value.warning(
                        "\(name): a kubelet wants quotes: \(entry.key.clipped): \"\(text.clipped)\""))
            }
            if entry.key == "max-allowable-numa-nodes" {
                _ = try entry.value.integer(entry.key, in: 1...Int(Int32.max))
            } else if KubeletConfiguration.knownOptions.contains(entry.key) {
                _ = try boolean(entry.value, "\(name): \(entry.key)")
            }
            options.append(KubeletConfiguration.Option(entry.key, text))
        }
        return options.sorted { $0.name < $1.name }
    }

    private mutating func readGates(_ node: YAMLNode) throws {
        for entry in try node.entries("featureGates", limit: 1000) {
            _ = try boolean(entry.value, "featureGates: \(entry.key.clipped)")
            configuration.featureGates.removeAll { $0.name == entry.key }
            let text = try entry.value.text(entry.key) ?? ""
            configuration.featureGates.append(KubeletConfiguration.Option(entry.key, text))
        }
        configuration.featureGates.sort { $0.name < $1.name }
    }

    private mutating func readCPUs(_ node: YAMLNode) throws {
        let text = try node.text("reservedSystemCPUs") ?? ""
        guard let cpus = CPUSet(list: text) else {
            throw node.error(
                "reservedSystemCPUs must be a list of CPUs like 0,2-3, found \"\(text.clipped)\"")
        }
        configuration.reservedSystemCPUs = cpus.isEmpty ? nil : cpus
    }

    private mutating func reserved(_ node: YAMLNode, _ name: String) throws -> ResourceAmounts {
        var reader = ResourceReader()
        var amounts: ResourceAmounts = [:]
        for entry in try node.entries(name) {
            let resource = ResourceName(entry.key)
            guard ["cpu", "memory", "ephemeral-storage", "pid"].contains(entry.key) else {
                warnings.append(
                    entry.value.warning(
                        "a kubelet would not start: \(name) cannot reserve \(entry.key.clipped), "
                            + "only cpu, memory, ephemeral-storage and pid"))
                continue
            }
            let amount = try reader.amount(of: resource, entry.value)
            if resource == .cpu || resource == .memory { amounts[resource] = amount }
        }
        warnings += reader.warnings
        return amounts
    }

    /// Source: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
    private mutating func readEviction(_ node: YAMLNode) throws {
        hasEvictionHard = !node.isNull
        evictionMemory = nil
        for entry in try node.entries("evictionHard") where entry.key == "memory.available" {
            let text = try entry.value.text("evictionHard: memory.available") ?? ""
            guard text.hasSuffix("%") else {
                var reader = ResourceReader()
                evictionMemory = .bytes(try reader.amount(of: .memory, entry.value))
                warnings += reader.warnings
                continue
            }
            guard let percent = Double(text.dropLast()), (0...100).contains(percent) else {
                throw entry.value.error(
                    "evictionHard: memory.available must be 0% to 100% or a quantity, found \"\(text.clipped)\""
                )
            }
            // The kubelet takes nothing and everything as not set.
            evictionMemory = percent == 0 || percent == 100 ? .bytes(0) : .percent(percent)
        }
    }

    /// Source: https://kubernetes.io/docs/tasks/administer-cluster/memory-manager/
    private mutating func readReservedMemory(_ node: YAMLNode) throws {
        var all: [KubeletConfiguration.ReservedMemory] = []
        var reader = ResourceReader()
        for item in try node.items("reservedMemory", limit: 4096) {
            _ = try item.entries("an item of reservedMemory")
            guard let number = item["numaNode"] else {
                throw item.error("reservedMemory: numaNode is missing")
            }
            let numaNode = try number.integer("numaNode", in: 0...Int(Int16.max))
            for entry in try item["limits"]?.entries("limits", limit: 16) ?? [] {
                let resource = ResourceName(entry.key)
                guard resource == .memory || resource.isHugepages else {
                    throw entry.value.error(
                        "reservedMemory of node \(numaNode): \"\(entry.key.clipped)\" must be memory or "
                            + "hugepages-<size>")
                }
                let bytes = try reader.amount(of: resource, entry.value)
                let isTwice = all.contains { $0.node == numaNode && $0.resource == resource }
                if isTwice || bytes == 0 {
                    let what = isTwice ? "is there twice, the sum is taken" : "is 0"
                    warnings.append(
                        entry.value.warning(
                            "a kubelet would not start: reservedMemory of node \(numaNode), \(resource), \(what)"
                        ))
                }
                all.append(.init(node: numaNode, resource: resource, bytes: bytes))
            }
        }
        warnings += reader.warnings
        configuration.reservedMemory = Self.summed(all)
    }

    private static func summed(
        _ parts: [KubeletConfiguration.ReservedMemory]
    ) -> [KubeletConfiguration.ReservedMemory] {
        var sums: [KubeletConfiguration.ReservedMemory] = []
        for part in parts.sorted(by: { ($0.node, $0.resource) < ($1.node, $1.resource) }) {
            if let last = sums.indices.last, sums[last].node == part.node,
                sums[last].resource == part.resource
            {
                sums[last].bytes = sums[last].bytes.addingClamped(part.bytes)
            } else {
                sums.append(part)
            }
        }
        return sums
    }
}
