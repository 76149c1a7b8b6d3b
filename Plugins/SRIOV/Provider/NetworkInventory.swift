// SPDX-License-Identifier: Apache-2.0

import JSONWriting
import NUMACore
import PCIDevices
public import ProviderKit

/// What of a machine's network functions and accelerators is offered, by the pools.
public struct NetworkInventory: Hashable, Sendable {
    /// In ascending order of address.
    public var devices: [PooledDevice] = []
    /// What the pools took, by address.
    var taken: [String: Taken] = [:]
    /// What is not offered though a pool means it, or not given; a line for each.
    public var notes: [String] = []

    /// A function of a pool.
    struct Taken: Hashable {
        var pool: Int
        var network: NetworkFunction
    }

    public init() {}

    /// - Parameters:
    ///   - functions: ascending by address.
    ///   - inUse: interfaces by which the host itself reaches others.
    ///   - isHeld: whether somebody has the function of this address now.
    public init(
        _ functions: [NetworkFunction], _ pools: [NetworkPool], inUse: [String], offersDown: Bool,
        isHeld: (String) -> Bool = { _ in false }
    ) {
        var free: [NetworkFunction] = []
        for network in functions {
            if let interface = network.interfaces.first(where: inUse.contains) {
                noteIfMeant(network, pools, "the default route of this machine is by its interface \(interface)")
            } else if network.virtualCount > 0 {
                let count =
                    network.virtualCount == 1 ? "a virtual function" : "\(network.virtualCount) virtual functions"
                noteIfMeant(network, pools, "it has \(count)")
            } else {
                free.append(network)
            }
        }
        for (place, pool) in pools.enumerated() {
            for selector in pool.selectors {
                for network in free where taken[network.address] == nil && Self.isMeant(network, pool, selector) {
                    taken[network.address] = Taken(pool: place, network: network)
                    devices.append(device(network, pool, selector, offersDown: offersDown, isHeld))
                }
            }
        }
        devices.sort { $0.id < $1.id }
    }

    private static func isMeant(_ network: NetworkFunction, _ pool: NetworkPool, _ selector: NetworkSelector) -> Bool {
        network.function.baseClass == pool.kind.baseClass && selector.matches(network)
    }

    private mutating func noteIfMeant(_ network: NetworkFunction, _ pools: [NetworkPool], _ why: String) {
        guard let pool = pools.first(where: { pool in pool.selectors.contains { Self.isMeant(network, pool, $0) } })
        else { return }
        notes.append("\(network.address) is not offered as \(pool.resource): \(why)")
    }

    private mutating func device(
        _ network: NetworkFunction, _ pool: NetworkPool, _ selector: NetworkSelector, offersDown: Bool,
        _ isHeld: (String) -> Bool
    ) -> PooledDevice {
        let device = network.function.device
        var problem: String?
        if let physical = device.physicalFunction {
            if isHeld(physical) {
                problem = "its physical function \(physical) is held itself"
            } else if network.isPhysicalDown, !offersDown {
                problem = "the interface \(network.physicalInterface ?? "") of its physical function is down"
            }
        }
        if let problem { notes.append("\(network.address) is not given to anybody: \(problem)") }
        var attributes = Self.nodes(network, selector).map { Assignment.Attribute("device", $0) }
        if !pool.excludesTopology, let note = network.function.localityNote {
            notes.append("\(network.address): \(note)")
            attributes.append(.init("note", note))
        }
        return PooledDevice(
            id: network.address, resource: ResourceName(pool.resource),
            locality: pool.excludesTopology ? .unknown : device.locality, isHealthy: problem == nil, problem: problem,
            path: device.path.joined(separator: "/"),
            attributes: attributes)
    }

    private static func nodes(_ network: NetworkFunction, _ selector: NetworkSelector) -> [String] {
        var nodes = network.driverNodes
        if selector.isRDMA { nodes += network.rdmaPaths }
        if selector.needsVhostNet { nodes += ["/dev/net/tun", "/dev/vhost-net"] }
        if selector.vdpaKind != nil { nodes += [network.vdpa?.path].compactMap { $0 } }
        return Set(nodes).sorted()
    }

    /// The variables by which a container of the device plugin finds its devices.
    ///
    /// - Parameter ids: of one pool, in the order given.
    func variables(for ids: [String], _ pool: NetworkPool) throws -> [Assignment.Attribute] {
        let facts = ids.reduce(into: [String: [String: [String: String]]]()) { facts, id in
            guard let network = taken[id]?.network else { return }
            var own = ["generic": ["deviceID": id]]
            if network.function.device.driver == "vfio-pci" {
                own["vfio"] = ["mount": "/dev/vfio/vfio"]
                own["vfio"]?["dev-mount"] = network.driverNodes.first { $0 != "/dev/vfio/vfio" }
            }
            let extra = (pool.additional["*"] ?? [:]).merging(pool.additional[id] ?? [:]) { $1 }
            if !pool.additional.isEmpty { own["extra"] = extra }
            facts[id] = own
        }
        return [
            .init("env", "\(pool.variable)=\(ids.joined(separator: ","))"),
            .init("env", "\(pool.variable)_INFO=\(try CompactJSON.text(of: facts))"),
        ]
    }
}
