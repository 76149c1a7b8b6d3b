// SPDX-License-Identifier: Apache-2.0

public import DeviceChoice
public import JSONWriting
public import NUMACore

// How near to each other devices are that containers were given.

extension DeviceNearness: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case among, cliques, container, pairs, regret, remarks }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("among", ifAny: among)
            $0.add("cliques", ifAny: cliques)
            $0.add("container", container)
            $0.add("pairs", ifAny: pairs)
            $0.add("regret", ifPresent: regret)
            $0.add("remarks", ifAny: remarks)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            container: try members.decode(String.self, forKey: .container),
            pairs: try members.decode(all: Pair.self, .pairs), among: try members.decode(all: Among.self, .among),
            cliques: try members.decode(all: Clique.self, .cliques),
            regret: try members.decodeIfPresent(String.self, forKey: .regret),
            remarks: try members.decode(all: String.self, .remarks))
    }
}

extension DeviceNearness.Name: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case id, resource }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("id", id)
            $0.add("resource", resource.rawValue)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            resource: try members.decode(ResourceName.self, forKey: .resource),
            id: try members.decode(String.self, forKey: .id))
    }
}

extension DeviceNearness.Pair: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case one, other, proximity }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("one", one)
            $0.add("other", other)
            $0.add("proximity", proximity)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            one: try members.decode(DeviceNearness.Name.self, forKey: .one),
            other: try members.decode(DeviceNearness.Name.self, forKey: .other),
            proximity: try members.decode(PCIProximity.self, forKey: .proximity))
    }
}

extension DeviceNearness.Among: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case counts, resource }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("counts", ifAny: counts)
            $0.add("resource", resource.rawValue)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            resource: try members.decode(ResourceName.self, forKey: .resource),
            counts: try members.decode(all: DeviceNearness.Count.self, .counts))
    }
}

extension DeviceNearness.Count: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case pairs, proximity }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("pairs", pairs)
            $0.add("proximity", proximity)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            proximity: try members.decode(PCIProximity.self, forKey: .proximity),
            pairs: try members.decode(Int.self, forKey: .pairs))
    }
}

extension DeviceNearness.Clique: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case group, resource, root, size, taken, usable }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("group", ifPresent: group)
            $0.add("resource", resource.rawValue)
            $0.add("root", ifPresent: root)
            $0.add("size", size)
            $0.add("taken", taken)
            $0.add("usable", usable)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            resource: try members.decode(ResourceName.self, forKey: .resource),
            group: try members.decodeIfPresent(String.self, forKey: .group),
            root: try members.decodeIfPresent(String.self, forKey: .root),
            taken: try members.decode(Int.self, forKey: .taken),
            usable: try members.decode(Int.self, forKey: .usable),
            size: try members.decode(Int.self, forKey: .size))
    }
}

/// The name of `nvidia-smi topo -m`.
extension PCIProximity: CompactJSONValue, Decodable {
    public func write(to json: inout CompactJSON) { json.add(text: name) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let found = Self.allCases.first(where: { $0.name == name }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(name) is no proximity")
        }
        self = found
    }
}
