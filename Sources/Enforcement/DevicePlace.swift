// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A device that a container holds: where it was when it was given, and where it is now.
public struct DevicePlace: Hashable, Sendable {
    /// What is known of it now.
    public enum Now: Hashable, Sendable {
        case at(Locality)
        /// Whoever lists the devices of its resource does not list it any more.
        case gone
        /// Nobody lists it.
        case untold
    }

    public var resource: ResourceName
    public var id: String
    /// By its admission; empty where no node was known, or every node was near.
    public var admitted: NUMANodeMask
    public var now: Now

    public init(_ resource: ResourceName, _ id: String, admitted: NUMANodeMask, now: Now) {
        self.resource = resource
        self.id = id
        self.admitted = admitted
        self.now = now
    }

    /// Where it is now; nil if that is not known, or every node is near.
    public var nodes: NUMANodeMask? {
        guard case .at(.nodes(let nodes)) = now, !nodes.isEmpty else { return nil }
        return nodes
    }

    /// Whether it is not where it was given. Who was given it without a node was promised none.
    public var isDrift: Bool {
        switch now {
        case .gone: true
        case .untold, .at(.any): false
        case .at(.unknown): !admitted.isEmpty
        case .at(.nodes(let nodes)): !admitted.isEmpty && nodes != admitted
        }
    }

    /// `example.com/gpu 0000:3b:00.0 is on node 1 now, admitted on node 0`.
    public var text: String {
        let name = "\(resource) \(id)"
        let before = admitted.isEmpty ? "" : ", admitted on \(Self.words(admitted))"
        switch now {
        case .gone: return "\(name) is gone\(before)"
        case .untold: return "\(name) is listed by nobody\(before)"
        case .at(.any): return "\(name) is near to every node\(before)"
        case .at(.unknown): return "\(name) is on no known node now\(before)"
        case .at(.nodes(let nodes)):
            guard !nodes.isEmpty else { return "\(name) is on no known node now\(before)" }
            return "\(name) is on \(Self.words(nodes)) now\(before)"
        }
    }

    private static func words(_ nodes: NUMANodeMask) -> String {
        "\(nodes.count == 1 ? "node" : "nodes") \(nodes.list)"
    }
}
