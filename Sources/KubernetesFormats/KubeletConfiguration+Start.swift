// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// Why a kubelet would not start with a configuration that can be decided with all the same.
///
/// Sources: https://kubernetes.io/docs/concepts/policy/node-resource-managers/ and
/// https://kubernetes.io/docs/tasks/administer-cluster/memory-manager/
extension KubeletConfiguration {
    static let cpuOptions = [
        "align-by-socket", "distribute-cpus-across-cores", "distribute-cpus-across-numa", "full-pcpus-only",
        "prefer-align-cpus-by-uncorecache", "strict-cpu-reservation",
    ]
    private static let topologyOptions = ["max-allowable-numa-nodes", "prefer-closest-numa-nodes"]
    static let knownOptions = cpuOptions + topologyOptions

    /// Options of the static CPU policy of which only one may be on.
    private static let exclusiveOptions = [
        ("full-pcpus-only", "distribute-cpus-across-cores"),
        ("distribute-cpus-across-numa", "distribute-cpus-across-cores"),
        ("prefer-align-cpus-by-uncorecache", "distribute-cpus-across-cores"),
        ("prefer-align-cpus-by-uncorecache", "distribute-cpus-across-numa"),
    ]

    /// What would keep a kubelet from starting, each with the line of the field to blame.
    ///
    /// - Parameter memoryCapacity: the memory of the machine in bytes, of which hard eviction may keep a
    ///   percentage; without it such a sum is not checked.
    public func startWarnings(memoryCapacity: UInt64? = nil) -> [FileWarning] {
        cpuWarnings() + topologyWarnings() + memoryWarnings(memoryCapacity)
    }

    private func warning(_ text: String, _ field: String) -> FileWarning {
        let place = place(of: field)
        return FileWarning("a kubelet would not start: \(text)", file: place.file, line: place.line)
    }

    private func cpuWarnings() -> [FileWarning] {
        let field = "cpuManagerPolicyOptions"
        var result = unknown(cpuManagerPolicyOptions, field, among: Self.cpuOptions)
        guard cpuManagerPolicy == "static" else {
            guard !cpuManagerPolicyOptions.isEmpty else { return [] }
            return [warning("\(field) need cpuManagerPolicy: static", field)]
        }
        if reservedSystemCPUs == nil, reservedMillicpus == 0 {
            result.append(
                warning(
                    "cpuManagerPolicy static needs some cpu in kubeReserved or systemReserved, "
                        + "or reservedSystemCPUs", "cpuManagerPolicy"))
        }
        let on = cpuManagerPolicyOptions.filter { $0.isOn == true }.map(\.name)
        for (one, other) in Self.exclusiveOptions where on.contains(one) && on.contains(other) {
            result.append(warning("\(one) and \(other) exclude each other", field))
        }
        if on.contains("align-by-socket"), topologyManagerPolicy == "single-numa-node" {
            result.append(warning("align-by-socket does not go with single-numa-node", field))
        }
        let alphaGate = "CPUManagerPolicyAlphaOptions"
        let isAlphaOn = featureGates.contains {
            [alphaGate, "AllAlpha"].contains($0.name) && $0.isOn == true
        }
        for option in ["align-by-socket", "distribute-cpus-across-cores"]
        where !isAlphaOn && cpuManagerPolicyOptions.contains(where: { $0.name == option }) {
            result.append(warning("\(option) needs the feature gate \(alphaGate)", field))
        }
        return result
    }

    private func topologyWarnings() -> [FileWarning] {
        // With the policy none the kubelet does not look at the options.
        guard topologyManagerPolicy != "none" else { return [] }
        let field = "topologyManagerPolicyOptions"
        var result = unknown(topologyManagerPolicyOptions, field, among: Self.topologyOptions)
        if let most = maxAllowableNUMANodes, most < 8 {
            result.append(warning("max-allowable-numa-nodes is \(most), must be 8 or more", field))
        }
        return result
    }

    private func unknown(_ options: [Option], _ field: String, among known: [String]) -> [FileWarning] {
        options.filter { !known.contains($0.name) }.map {
            let hint = NearestWord.hint($0.name, among: known)
            return warning("\(field) has no option \"\($0.name.clipped)\"\(hint)", field)
        }
    }

    /// What the reservations of all nodes sum up to must be what Node Allocatable takes off.
    private func memoryWarnings(_ capacity: UInt64?) -> [FileWarning] {
        guard memoryManagerPolicy == "Static" else { return [] }
        guard !reservedMemory.isEmpty else {
            return [warning("memoryManagerPolicy Static needs reservedMemory", "memoryManagerPolicy")]
        }
        var sums: ResourceAmounts = [.memory: 0]
        for part in reservedMemory { sums.add([part.resource: part.bytes]) }
        var result: [FileWarning] = []
        for sum in sums {
            let text = BinaryQuantity.exact(sum.quantity)
            if sum.resource != .memory, sum.quantity > 0 {
                result.append(
                    warning(
                        "reservedMemory sums up to \(text) of \(sum.resource), must be 0: "
                            + "neither kubeReserved nor systemReserved can have any", "reservedMemory"))
            }
            guard sum.resource == .memory, let eviction = evictionHardMemory.bytes(ofCapacity: capacity)
            else { continue }
            let (kube, system) = (kubeReserved[.memory] ?? 0, systemReserved[.memory] ?? 0)
            let needed = kube.addingClamped(system).addingClamped(eviction)
            if sum.quantity != needed {
                let parts = [("kubeReserved", kube), ("systemReserved", system), ("evictionHard", eviction)]
                let words = parts.map { "\($0.0) \(BinaryQuantity.exact($0.1))" }.joined(separator: " + ")
                result.append(
                    warning(
                        "reservedMemory sums up to \(text) of memory, must be \(BinaryQuantity.exact(needed)) "
                            + "(\(words))", "reservedMemory"))
            }
        }
        return result
    }
}
