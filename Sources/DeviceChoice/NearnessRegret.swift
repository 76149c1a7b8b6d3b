// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Whether a container would have devices that are nearer to each other if others held nothing.
struct NearnessRegret {
    private let given: [GivenDevices]
    private let nodes: NUMANodeMask
    private let had: ChoiceScore?
    private let possible: ChoiceScore?

    init(_ given: [GivenDevices], affinity: NUMANodeMask?, nodes: NUMANodeMask, limit: Int) {
        self.given = given
        self.nodes = nodes
        let isHeld = given.contains { $0.demand.candidates.contains { $0.standing == .held } }
        guard isHeld else {
            (had, possible) = (nil, nil)
            return
        }
        had = DeviceChoice(given.map(\.met), affinity: affinity, nodes: nodes, limit: limit)?.score
        possible = DeviceChoice(given.map(\.demand.alone), affinity: affinity, nodes: nodes, limit: limit)?.score
    }

    /// Names what is far apart, how far, and what would be nearer.
    ///
    /// - Parameter pairs: each device with the nearest of each other resource.
    func sentence(_ pairs: [DeviceNearness.Pair]) -> String? {
        guard let had, let possible, possible.isNearer(than: had) else { return nil }
        if possible.partners < had.partners {
            let worst = worse(had.partners, possible.partners)
            guard let pair = pairs.first(where: { $0.proximity == worst }) else { return nil }
            return apart(pair)
        }
        if possible.cliques < had.cliques {
            return "the devices are of \(had.cliques) cliques, where \(possible.cliques) would do: others are held"
        }
        return given.compactMap { $0.farthest(nodes) }.max { $0.proximity < $1.proximity }.map(apart)
    }

    /// The worst class of which there are more than there need be.
    private func worse(_ had: ProximityHistogram, _ possible: ProximityHistogram) -> PCIProximity {
        PCIProximity.allCases.last { had.count(of: $0) > possible.count(of: $0) } ?? .unknown
    }

    private func apart(_ pair: DeviceNearness.Pair) -> String {
        let nearer = [(pair.other, pair.one), (pair.one, pair.other)].first { lacking, present in
            guard let own = given.first(where: { $0.demand.resource == lacking.resource }),
                let other = given.first(where: { $0.demand.resource == present.resource }),
                let device = other.devices.first(where: { $0.id == present.id })
            else { return false }
            return own.isNearerHeld(pair.proximity, than: device.place, nodes)
        }
        let what = nearer.map { "nearer \($0.0.resource)" } ?? "nearer devices"
        return "\(pair.one.id) and \(pair.other.id) are \(pair.proximity.phrase) apart: \(what) are held"
    }
}

extension PCIProximity {
    /// As in "0000:17:00.0 and 0000:98:00.0 are SYS apart".
    fileprivate var phrase: String { self == .unknown ? "an unknown way" : name }
}
