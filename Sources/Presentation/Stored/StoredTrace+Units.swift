// SPDX-License-Identifier: Apache-2.0

public import Admission
public import Explanation
public import HintMerge
public import JSONWriting
public import NUMACore

// What providers answered, and what became of that.

/// Of the stock what was asked for: nothing else is shown of a decision that was made before.
extension UnitTrace: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case answers, container, merge, requests, stock }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("answers", ifAny: answers)
            $0.add("container", ifPresent: container)
            $0.add("merge", ifPresent: merge)
            $0.add("requests", requests)
            $0.add("stock", ifAny: stock.filter { requests[$0.resource] != nil })
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            container: try members.decodeIfPresent(String.self, forKey: .container),
            requests: try members.decode(ResourceAmounts.self, forKey: .requests),
            answers: try members.decode(all: ProviderAnswers.self, .answers),
            stock: try members.decode(all: Stock.self, .stock),
            merge: try members.decodeIfPresent(MergeDecision.self, forKey: .merge))
    }
}

extension ProviderAnswers: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case answers, provider }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("answers", ifAny: answers)
            $0.add("provider", provider)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            provider: try members.decode(String.self, forKey: .provider),
            answers: try members.decode(all: ResourceAnswer.self, .answers))
    }
}

extension MergeDecision: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case admits, best, steps, unresolved }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("admits", ifTrue: admits)
            $0.add("best", best)
            $0.add("steps", steps)
            $0.add("unresolved", ifAny: unresolved.map(\.rawValue))
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            best: try members.decode(TopologyHint.self, forKey: .best),
            admits: try members.decode(whether: .admits),
            steps: try members.decode(Int.self, forKey: .steps),
            unresolved: try members.decode(all: ResourceName.self, .unresolved))
    }
}

extension Stock: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case free, locality, resource, total }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("free", free)
            $0.add("locality", locality)
            $0.add("resource", resource.rawValue)
            $0.add("total", total)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            try members.decode(ResourceName.self, forKey: .resource),
            locality: try members.decode(Locality.self, forKey: .locality),
            free: try members.decode(UInt64.self, forKey: .free),
            total: try members.decode(UInt64.self, forKey: .total))
    }
}

/// A list of nodes, `any` or `unknown`.
extension Locality: CompactJSONValue, Decodable {
    public func write(to json: inout CompactJSON) {
        switch self {
        case .any: json.add(text: "any")
        case .nodes(let nodes): nodes.write(to: &json)
        case .unknown: json.add(text: "unknown")
        }
    }

    public init(from decoder: any Decoder) throws {
        switch try decoder.singleValueContainer().decode(String.self) {
        case "any": self = .any
        case "unknown": self = .unknown
        default: self = .nodes(try NUMANodeMask(from: decoder))
        }
    }
}

extension Refusal: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case container, kind, reason }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("container", ifPresent: container)
            $0.add("kind", kind.rawValue)
            $0.add("reason", reason)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            try members.decode(Kind.self, forKey: .kind),
            container: try members.decodeIfPresent(String.self, forKey: .container),
            reason: try members.decode(Reason.self, forKey: .reason))
    }
}

extension Refusal.Kind: Decodable {}

extension Cause.Holding: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case amount, holder, nodes, resource, uid }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("amount", amount)
            $0.add("holder", holder)
            $0.add("nodes", nodes)
            $0.add("resource", resource.rawValue)
            $0.add("uid", uid)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            resource: try members.decode(ResourceName.self, forKey: .resource),
            nodes: try members.decode(NUMANodeMask.self, forKey: .nodes),
            uid: try members.decode(String.self, forKey: .uid),
            holder: try members.decode(String.self, forKey: .holder),
            amount: try members.decode(UInt64.self, forKey: .amount))
    }
}
