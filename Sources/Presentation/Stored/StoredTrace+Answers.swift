// SPDX-License-Identifier: Apache-2.0

public import JSONWriting
public import NUMACore

// Where providers said that something could be placed.

/// With `impossible`, `hints` or `capacity`; with none of them there is no preference.
extension ResourceAnswer: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case capacity, hints, impossible, resource }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            switch placement {
            case .any: break
            case .impossible(let reason): $0.add("impossible", reason)
            case .hints(let hints): $0.add("hints", hints)
            case .capacity(let capacity): $0.add("capacity", capacity)
            }
            $0.add("resource", resource.rawValue)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        let placement: Placement
        if let reason = try members.decodeIfPresent(Reason.self, forKey: .impossible) {
            placement = .impossible(reason)
        } else if let hints = try members.decodeIfPresent([TopologyHint].self, forKey: .hints) {
            placement = .hints(hints)
        } else if let capacity = try members.decodeIfPresent(Capacity.self, forKey: .capacity) {
            placement = .capacity(capacity)
        } else {
            placement = .any
        }
        self.init(try members.decode(ResourceName.self, forKey: .resource), placement)
    }
}

/// Without `nodes` it is no mask.
extension TopologyHint: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case nodes, preferred, wider }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("nodes", ifPresent: nodes)
            $0.add("preferred", ifTrue: isPreferred)
            $0.add("wider", ifTrue: includesWider)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            nodes: try members.decodeIfPresent(NUMANodeMask.self, forKey: .nodes),
            isPreferred: try members.decode(whether: .preferred), includesWider: try members.decode(whether: .wider))
    }
}

extension Capacity: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case elseAny, exact, groups, joint, mustMeet, need, pools, universe }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("elseAny", ifTrue: elseAny)
            $0.add("exact", ifAny: exact)
            $0.add("groups", ifAny: groups)
            $0.add("joint", ifPresent: joint)
            $0.add("mustMeet", ifAny: mustMeet)
            $0.add("need", need)
            $0.add("pools", ifAny: pools)
            $0.add("universe", universe)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            need: try members.decode(UInt64.self, forKey: .need),
            universe: try members.decode(NUMANodeMask.self, forKey: .universe),
            pools: try members.decode(all: Pool.self, .pools),
            exact: try members.decode(all: Pool.self, .exact),
            mustMeet: try members.decode(all: NUMANodeMask.self, .mustMeet),
            groups: try members.decode(all: NUMANodeMask.self, .groups),
            joint: try members.decodeIfPresent(String.self, forKey: .joint),
            elseAny: try members.decode(whether: .elseAny))
    }
}

extension Capacity.Pool: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case free, nodes, total }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("free", free)
            $0.add("nodes", nodes)
            $0.add("total", total)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            nodes: try members.decode(NUMANodeMask.self, forKey: .nodes),
            free: try members.decode(UInt64.self, forKey: .free),
            total: try members.decode(UInt64.self, forKey: .total))
    }
}

extension Reason: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case code, facts, text }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("code", ifPresent: code)
            $0.add("facts", ifAny: facts.map { [$0.key, $0.value] })
            $0.add("text", text)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            try members.decode(String.self, forKey: .text),
            code: try members.decodeIfPresent(String.self, forKey: .code),
            facts: try members.decode(pairs: .facts).map { Fact($0, $1) })
    }
}
