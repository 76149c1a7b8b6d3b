// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What one container asks of one counted resource, and all that there is of it.
public struct DeviceDemand: Hashable, Sendable {
    /// Whether the container may have a device.
    public enum Standing: Hashable, Sendable {
        /// The container has it already, and keeps it.
        case own
        /// Init containers of the pod that will have ended leave it.
        case reusable
        case free
        /// Somebody else has it.
        case held
        case unhealthy
    }

    public struct Candidate: Hashable, Sendable {
        public var device: ListedDevice
        public var standing: Standing

        public init(_ device: ListedDevice, _ standing: Standing) {
            self.device = device
            self.standing = standing
        }
    }

    public let resource: ResourceName
    /// How many are asked for; at least 1.
    public let need: Int
    /// In ascending order of id.
    public let candidates: [Candidate]

    /// - Parameter candidates: every device of the resource, each once, in any order.
    public init(_ resource: ResourceName, need: Int, _ candidates: [Candidate]) {
        self.resource = resource
        self.need = need
        let isSorted = candidates.indices.dropFirst().allSatisfy {
            candidates[$0 - 1].device.id <= candidates[$0].device.id
        }
        self.candidates = isSorted ? candidates : candidates.sorted { $0.device.id < $1.device.id }
    }

    /// Whether a group or a place in the PCI tree is known of one of its devices.
    var saysPlaces: Bool { candidates.contains { $0.device.group != nil || $0.device.path != nil } }

    /// The same demand if nobody else held anything.
    var alone: DeviceDemand {
        var others = self.candidates
        for place in others.indices where others[place].standing == .held { others[place].standing = .free }
        return DeviceDemand(sorted: others, of: self)
    }

    /// The same demand of a container that has these devices already.
    func having(_ ids: Set<String>) -> DeviceDemand {
        var others = candidates
        for place in others.indices where ids.contains(others[place].device.id) { others[place].standing = .own }
        return DeviceDemand(sorted: others, of: self)
    }

    private init(sorted candidates: [Candidate], of demand: DeviceDemand) {
        resource = demand.resource
        need = demand.need
        self.candidates = candidates
    }
}

/// In which order devices are taken. How many come from each tier is settled before anything is chosen.
///
/// Source: the kubelet's device manager, `devicesToAllocate`, whose classes these are.
enum DeviceTier: Int, Hashable, Comparable, CaseIterable {
    /// What the container has.
    case own
    /// What ended init containers leave.
    case reusable
    /// Near to a node of the affinity.
    case near
    /// Near to other nodes.
    case remote
    /// Near to none that is known.
    case placeless

    static func < (one: DeviceTier, other: DeviceTier) -> Bool { one.rawValue < other.rawValue }

    /// Nil for a device that cannot be had.
    init?(_ candidate: DeviceDemand.Candidate, affinity: NUMANodeMask?) {
        switch candidate.standing {
        case .held, .unhealthy: return nil
        case .own: self = .own
        case .reusable: self = .reusable
        case .free:
            switch candidate.device.locality {
            case .any: self = affinity == nil ? .placeless : .near
            case .nodes(let nodes):
                guard let affinity, !nodes.isEmpty else {
                    self = .placeless
                    return
                }
                self = nodes.intersects(affinity) ? .near : .remote
            case .unknown: self = .placeless
            }
        }
    }
}
