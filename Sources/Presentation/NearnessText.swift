// SPDX-License-Identifier: Apache-2.0

import DeviceChoice
import NUMACore

/// How near to each other the devices of a container are, in a few lines.
struct NearnessText {
    /// So many pairs are named, the farthest first.
    private static let shownPairs = 8
    /// Empty where there is nothing to say.
    let lines: [String]

    init(_ nearness: DeviceNearness) {
        var lines: [String] = []
        let near = Self.pairs(nearness) + Self.among(nearness)
        if !near.isEmpty { lines.append(near.joined(separator: "; ")) }
        if !nearness.cliques.isEmpty { lines.append(nearness.cliques.map(Self.words).joined(separator: "; ")) }
        if let regret = nearness.regret { lines.append(regret) }
        self.lines = lines + nearness.remarks
    }

    /// `PIX: gpu-0 and nic-0, gpu-1 and nic-1`, the farthest first.
    private static func pairs(_ nearness: DeviceNearness) -> [String] {
        let shown = nearness.pairs.sorted { $0.proximity > $1.proximity }.prefix(shownPairs)
        var parts: [String] = []
        for proximity in PCIProximity.allCases.reversed() {
            let own = shown.filter { $0.proximity == proximity }.map { "\($0.one.id) and \($0.other.id)" }
            if !own.isEmpty { parts.append("\(proximity.name): \(own.joined(separator: ", "))") }
        }
        let rest = nearness.pairs.count - shown.count
        return rest > 0 ? parts + ["\(rest) more pairs as near or nearer"] : parts
    }

    /// `nvidia.com/gpu among each other: 1 PIX, 2 NODE`.
    private static func among(_ nearness: DeviceNearness) -> [String] {
        nearness.among.map { among in
            let counts = among.counts.map { "\($0.pairs) \($0.proximity.name)" }.joined(separator: ", ")
            return "\(among.resource) among each other: \(counts)"
        }
    }

    private static func words(_ clique: DeviceNearness.Clique) -> String {
        let name = clique.group ?? "those below \(clique.root ?? "")"
        let resource = clique.resource
        if clique.taken == clique.size { return "\(resource): all \(clique.size) of \(name)" }
        if clique.isBroken { return "\(resource): \(clique.taken) of \(clique.size) of \(name), which were all free" }
        return "\(resource): \(clique.taken) of \(clique.usable) left over of \(name)"
    }
}
