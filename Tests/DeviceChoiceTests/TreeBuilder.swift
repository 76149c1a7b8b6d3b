// SPDX-License-Identifier: Apache-2.0

import DeviceChoice
import NUMACore
import TestSupport

/// The listed devices of a machine, built bus by bus.
struct TreeBuilder {
    private(set) var devices: [ListedDevice] = []

    /// Adds a device; its id is `NAME-NUMBER`, or, without a name, the last address of its path.
    mutating func add(
        _ resource: ResourceName, _ path: [String], node: Int?, id: String? = nil, group: String? = nil
    ) {
        devices.append(
            ListedDevice(
                id: id ?? path.last ?? "\(resource)-\(devices.count)", resource: resource,
                locality: node.map { .nodes([$0]) } ?? .unknown, isHealthy: true, isFree: true, group: group,
                path: path.isEmpty ? nil : path.joined(separator: "/")))
    }

    /// What one container asks for, of all devices of these resources.
    static func demands(
        _ devices: [ListedDevice], _ needs: [ResourceName: Int], held: Set<String> = []
    ) -> [DeviceDemand] {
        needs.keys.sorted().map { resource in
            DeviceDemand(
                resource, need: needs[resource] ?? 0,
                devices.filter { $0.resource == resource }.map { .init($0, held.contains($0.id) ? .held : .free) })
        }
    }
}

extension DeviceChoice {
    /// The ids, resource by resource.
    var ids: [[String]] { parts.map(\.ids) }
}

/// What is asked of a machine that nobody has ever built.
struct GeneratedDemand {
    var demands: [DeviceDemand] = []
    var affinity: NUMANodeMask?
    var nodes: NUMANodeMask

    init(_ random: inout SeededGenerator) {
        let nodeCount = Int.random(in: 1...3, using: &random)
        nodes = NUMANodeMask(0..<nodeCount)
        affinity =
            Int.random(in: 0..<3, using: &random) == 0
            ? nil : NUMANodeMask([Int.random(in: 0..<nodeCount, using: &random)])
        let bridges = Self.bridges(&random)
        for number in 0..<Int.random(in: 1...3, using: &random) {
            let count = Int.random(in: 1...(number == 2 ? 3 : 6), using: &random)
            let candidates = (0..<count).map { place in
                DeviceDemand.Candidate(
                    Self.device("x/r\(number)", place, bridges, nodeCount, &random), Self.standing(&random))
            }
            let usable = candidates.count { [.free, .reusable].contains($0.standing) }
            // Now and then more than there is.
            let need = Int.random(
                in: 1...max(1, usable + (Int.random(in: 0..<20, using: &random) == 0 ? 1 : 0)), using: &random)
            demands.append(DeviceDemand(ResourceName("x/r\(number)"), need: need, candidates))
        }
        keepSome(&random)
    }

    /// Lets a container have all that it asks for already.
    private mutating func keepSome(_ random: inout SeededGenerator) {
        guard Int.random(in: 0..<8, using: &random) == 0, let first = demands.first else { return }
        let candidates = first.candidates.enumerated().map { index, candidate in
            DeviceDemand.Candidate(candidate.device, index < first.need ? .own : candidate.standing)
        }
        demands[0] = DeviceDemand(first.resource, need: first.need, candidates)
    }

    /// Ways from the root to a bus: root ports with nothing between, with a switch, with two.
    private static func bridges(_ random: inout SeededGenerator) -> [[String]] {
        var bridges: [[String]] = [[]]
        for root in 0..<Int.random(in: 1...3, using: &random) {
            let bus = ["00", "40", "80"][root]
            for port in 1...Int.random(in: 1...2, using: &random) {
                let top = ["0000:\(bus):0\(port).0"]
                bridges.append(top)
                for leaf in 0..<Int.random(in: 0...2, using: &random) {
                    let middle = top + ["0000:\(root)\(port):00.0", "0000:a\(port):0\(leaf).\(root)"]
                    bridges.append(middle)
                    if Bool.random(using: &random) {
                        bridges.append(middle + ["0000:b\(port):0\(leaf).\(root)", "0000:c\(port):0\(leaf).\(root)"])
                    }
                }
            }
        }
        return bridges
    }

    private static func device(
        _ resource: String, _ place: Int, _ bridges: [[String]], _ nodes: Int, _ random: inout SeededGenerator
    ) -> ListedDevice {
        let slot = String(Int.random(in: 16..<48, using: &random), radix: 16)
        var path: String?
        if Int.random(in: 0..<6, using: &random) > 0 {
            let number = Int.random(in: bridges.indices, using: &random)
            // Each bus is below one bridge; on that of a root there are devices too. Functions of one device, and now
            // and then two resources of one function.
            let bus = number == 0 ? ["00", "40"].randomElement(using: &random) ?? "00" : "\(number + 200)"
            let function = Int.random(in: 0..<3, using: &random)
            path = (bridges[number] + ["0000:\(bus):\(slot).\(function)"]).joined(separator: "/")
        }
        let locality: Locality
        switch Int.random(in: 0..<10, using: &random) {
        case 0: locality = .unknown
        case 1: locality = .any
        default: locality = .nodes([Int.random(in: 0..<nodes, using: &random)])
        }
        return ListedDevice(
            id: "\(resource)-\(place)", resource: ResourceName(resource), locality: locality, isHealthy: true,
            isFree: true, group: Int.random(in: 0..<4, using: &random) == 0 ? "g\(place % 2)" : nil, path: path)
    }

    private static func standing(_ random: inout SeededGenerator) -> DeviceDemand.Standing {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: .unhealthy
        case 1, 2: .held
        case 3: .reusable
        default: .free
        }
    }
}
