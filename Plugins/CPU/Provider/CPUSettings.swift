// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The settings of the CPU provider.
///
///     {"policy": "static", "options": {"full-pcpus-only": true}, "reservedCPUs": "0,64",
///      "reservedMillicpus": 500}
public struct CPUSettings: Hashable, Sendable {
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        /// Every container runs on the shared pool.
        case none
        /// Guaranteed containers with whole CPUs have them alone.
        case `static`
    }

    /// The options of the kubelet's static CPU manager policy.
    public static let knownOptions = [
        "align-by-socket", "distribute-cpus-across-cores", "distribute-cpus-across-numa",
        "full-pcpus-only", "prefer-align-cpus-by-uncorecache", "strict-cpu-reservation",
    ]

    public var policy: Policy
    /// Those that are on, in ascending order.
    public var options: [String]
    /// Never given to a container.
    public var reserved: CPUSet

    public init(policy: Policy = .static, options: [String] = [], reserved: CPUSet = []) {
        self.policy = policy
        self.options = options
        self.reserved = reserved
    }

    /// The settings that an object says, for these CPUs of the machine.
    public init(_ object: SettingsObject, usable: CPUSet, order: [Int]) throws(ProviderError) {
        try object.allow(["policy", "options", "reservedCPUs", "reservedMillicpus"])
        let word = try object.word("policy", of: Policy.allCases.map(\.rawValue))
        policy = word.flatMap(Policy.init) ?? .static
        options = try Self.options(object.object("options"))
        reserved = []
        if let list = try object.string("reservedCPUs") {
            reserved = try Self.reserved(list, usable: usable)
            // The kubelet too lets the list decide where both are given.
            _ = try object.number("reservedMillicpus")
        } else if let millicpus = try object.number("reservedMillicpus") {
            let count = millicpus / 1000 + (millicpus % 1000 == 0 ? 0 : 1)
            guard count <= order.count else {
                throw .setting(
                    "settings.reservedMillicpus asks for \(count) CPUs, and \(order.count) can be used")
            }
            reserved = CPUSet(order.prefix(Int(count)))
        }
    }

    private static func options(_ object: SettingsObject?) throws(ProviderError) -> [String] {
        guard let object else { return [] }
        try object.allow(knownOptions)
        var options: [String] = []
        for name in object.names {
            if try object.bool(name) == true { options.append(name) }
        }
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
