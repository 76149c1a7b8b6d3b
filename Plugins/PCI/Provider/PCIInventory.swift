// SPDX-License-Identifier: Apache-2.0

import NUMACore
public import PCIDevices
public import ProviderKit

/// What of a machine's PCI functions is offered, by the rules.
public struct PCIInventory: Hashable, Sendable {
    /// In ascending order of address.
    public var devices: [PooledDevice] = []
    /// The rule of each device, by its place in ``PCISettings/rules``.
    public var rules: [String: Int] = [:]
    /// What cannot be offered though a rule means it, or is offered on less than full knowledge; a line for each.
    public var notes: [String] = []

    /// What a device is, beside what PCI says.
    public struct Extra: Hashable, Sendable {
        public var uuid: String?
        public var problem: String?
        public var nodes: [String]

        public init(uuid: String? = nil, problem: String? = nil, nodes: [String] = []) {
            self.uuid = uuid
            self.problem = problem
            self.nodes = nodes
        }
    }

    public init() {}

    /// - Parameters:
    ///   - functions: ascending by address.
    ///   - groups: of addresses that belong together, by the name of the group.
    ///   - extra: asked only for functions that are offered.
    public init(
        _ functions: [PCIFunction], _ rules: [PCIRule], groups: [(name: String, members: [String])] = [],
        extra: (PCIFunction) -> Extra = { _ in Extra() }
    ) {
        var groupNames: [String: String] = [:]
        for group in groups { for member in group.members { groupNames[member] = group.name } }
        var owners: [String: String] = [:]
        for (function, place) in Self.meant(functions, rules) {
            let rule = rules[place]
            let extra = extra(function)
            var id = function.address
            if rule.naming == .uuid {
                guard let uuid = rule.uuids[function.address] ?? extra.uuid else {
                    notes.append(
                        "\(function.address) is not offered as \(rule.resource): it has no UUID, neither by the driver "
                            + "nor in \"uuids\"")
                    continue
                }
                id = uuid
            }
            if let owner = owners.updateValue(function.address, forKey: id) {
                notes.append("\(function.address) is not offered: \(owner) is called \(id) too")
                owners[id] = owner
                continue
            }
            if let problem = extra.problem { notes.append("\(id) is not given to anybody: \(problem)") }
            if let note = function.localityNote { notes.append("\(function.address): \(note)") }
            self.rules[id] = place
            devices.append(
                PooledDevice(
                    id: id, resource: ResourceName(rule.resource), locality: function.device.locality,
                    isHealthy: extra.problem == nil, problem: extra.problem, group: groupNames[function.address],
                    path: function.device.path.joined(separator: "/"),
                    attributes: Self.attributes(of: function, id: id, rule, extra)))
        }
    }

    /// The functions that a rule means, each with the place of the first rule that does.
    public static func meant(_ functions: [PCIFunction], _ rules: [PCIRule]) -> [(function: PCIFunction, rule: Int)] {
        let displays = PCISelector.displays(among: functions)
        return functions.compactMap { function in
            rules.firstIndex { $0.matches(function, beside: displays) }.map { (function, $0) }
        }
    }

    /// What the container runtime is told of one device.
    private static func attributes(
        of function: PCIFunction, id: String, _ rule: PCIRule, _ extra: Extra
    ) -> [Assignment.Attribute] {
        var attributes: [Assignment.Attribute] = []
        if let cdi = rule.cdi {
            let name = cdi.replacing("{id}", with: id).replacing("{address}", with: function.address)
            attributes.append(.init("cdi", name))
        }
        attributes += extra.nodes.map { .init("device", $0) }
        attributes += rule.mounts.map { .init("mount", $0) }
        if let note = function.localityNote { attributes.append(.init("note", note)) }
        if id != function.address { attributes.append(.init("pci-address", function.address)) }
        return attributes
    }
}
