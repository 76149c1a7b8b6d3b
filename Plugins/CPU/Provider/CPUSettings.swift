// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The settings of the CPU provider.
///
///     {"policy": "static", "options": {"full-pcpus-only": true}, "reservedCPUs": "0,64",
///      "reservedMillicpus": 500, "compat": "none"}
public struct CPUSettings: Hashable, Sendable {
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        /// Every container runs on the shared pool.
        case none
        /// Guaranteed containers with whole CPUs have them alone.
        case `static`
    }

    /// The options of the kubelet's static CPU manager policy.
    ///
    /// Source: https://kubernetes.io/docs/concepts/policy/node-resource-managers/#cpu-policy-static--options
    public enum Option: String, Hashable, Sendable, CaseIterable {
        case alignBySocket = "align-by-socket"
        case distributeAcrossCores = "distribute-cpus-across-cores"
        case distributeAcrossNUMA = "distribute-cpus-across-numa"
        case fullPhysicalCPUsOnly = "full-pcpus-only"
        case preferAlignByCache = "prefer-align-cpus-by-uncorecache"
        /// Keeps containers that share CPUs off the reserved ones; it changes no exclusive CPUs.
        case strictReservation = "strict-cpu-reservation"
    }

    public var policy: Policy
    /// Those that are on, in ascending order of name.
    public var options: [Option]
    /// Never given to a container.
    public var reserved: CPUSet
    /// Distributes over nodes as the kubelet does where its search overwrites its best combination.
    public var imitatesKubelet: Bool

    public init(
        policy: Policy = .static, options: [Option] = [], reserved: CPUSet = [], imitatesKubelet: Bool = false
    ) {
        self.policy = policy
        self.options = options
        self.reserved = reserved
        self.imitatesKubelet = imitatesKubelet
    }

    public func has(_ option: Option) -> Bool { options.contains(option) }

    /// The settings that an object says, for these CPUs of the machine.
    public init(_ object: SettingsObject, topology: CPUTopology) throws(ProviderError) {
        let usable = topology.cpus
        try object.allow(["policy", "options", "reservedCPUs", "reservedMillicpus", "compat"])
        let word = try object.word("policy", of: Policy.allCases.map(\.rawValue))
        policy = word.flatMap(Policy.init) ?? .static
        options = try Self.options(object.object("options"))
        imitatesKubelet = try object.word("compat", of: ["none", "kubelet"]) == "kubelet"
        reserved = []
        if let list = try object.string("reservedCPUs") {
            reserved = try Self.reserved(list, usable: usable)
            // The kubelet too lets the list decide where both are given.
            _ = try object.number("reservedMillicpus")
        } else if let millicpus = try object.number("reservedMillicpus") {
            let count = millicpus / 1000 + (millicpus % 1000 == 0 ? 0 : 1)
            // Chosen as CPUs are for a container, by the same options.
            guard let cpus = CPUPicker(topology, self).pick(Int(clamping: count), from: usable) else {
                throw .setting(
                    "settings.reservedMillicpus asks for \(count) CPUs, and \(usable.count) can be used")
            }
            reserved = cpus
        }
    }

    private static func options(_ object: SettingsObject?) throws(ProviderError) -> [Option] {
        guard let object else { return [] }
        try object.allow(Option.allCases.map(\.rawValue))
        var options: [Option] = []
        for option in Option.allCases where try object.bool(option.rawValue) == true { options.append(option) }
        return options
    }

    private static func reserved(_ list: String, usable: CPUSet) throws(ProviderError) -> CPUSet {
        guard let cpus = CPUSet(list: list) else {
            throw .setting("settings.reservedCPUs must be a list such as \"0-1,8\", found \"\(list)\"")
        }
        let others = cpus.subtracting(usable)
        guard others.isEmpty else {
            throw .setting(
                "settings.reservedCPUs names CPUs that are not there or cannot be used: \(others.list)")
        }
        return cpus
    }
}
