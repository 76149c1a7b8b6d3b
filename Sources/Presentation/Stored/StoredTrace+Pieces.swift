// SPDX-License-Identifier: Apache-2.0

public import JSONWriting
public import NUMACore

// What containers were given.

extension Allocation: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case container, pieces }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("container", container)
            $0.add("pieces", ifAny: assignments)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            container: try members.decode(String.self, forKey: .container),
            assignments: try members.decode(all: Assignment.self, .pieces))
    }
}

/// With `cpus`; or with `bytes`, `nodes` and `shares`; or with `device` and `nodes`.
extension Assignment: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case attributes, bytes, cpus, device, nodes, resource, shares, takenFrom }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("attributes", ifAny: attributes.map { [$0.key, $0.value] })
            switch piece {
            case .cpus(let cpus): $0.add("cpus", cpus)
            case .memory(let nodes, let bytes, _):
                $0.add("bytes", bytes)
                $0.add("nodes", nodes)
            case .device(let id, let nodes):
                $0.add("device", id)
                $0.add("nodes", nodes)
            }
            $0.add("resource", resource.rawValue)
            if case .memory(_, _, let shares) = piece { $0.add("shares", ifAny: shares) }
            $0.add("takenFrom", ifPresent: takenFrom)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        let piece: Piece
        if let cpus = try members.decodeIfPresent(CPUSet.self, forKey: .cpus) {
            piece = .cpus(cpus)
        } else {
            let nodes = try members.decode(NUMANodeMask.self, forKey: .nodes)
            if let id = try members.decodeIfPresent(String.self, forKey: .device) {
                piece = .device(id: id, nodes: nodes)
            } else {
                piece = .memory(
                    nodes: nodes, bytes: try members.decode(UInt64.self, forKey: .bytes),
                    shares: try members.decode(all: Share.self, .shares))
            }
        }
        self.init(
            try members.decode(ResourceName.self, forKey: .resource), piece,
            attributes: try members.decode(pairs: .attributes).map { Attribute($0, $1) },
            takenFrom: try members.decodeIfPresent(String.self, forKey: .takenFrom))
    }
}

extension Assignment.Share: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case bytes, node }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("bytes", bytes)
            $0.add("node", node)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            node: try members.decode(Int.self, forKey: .node), bytes: try members.decode(UInt64.self, forKey: .bytes))
    }
}
