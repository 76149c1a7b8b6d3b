// SPDX-License-Identifier: Apache-2.0

public import Admission
public import HintMerge
public import JSONWriting
public import NUMACore

// What was asked for, and by which rules it was decided.

extension PodSpec: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case containers, name, namespace, qos, uid }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("containers", containers)
            $0.add("name", name)
            $0.add("namespace", namespace)
            $0.add("qos", qos.rawValue)
            $0.add("uid", uid)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            uid: try members.decode(String.self, forKey: .uid),
            namespace: try members.decode(String.self, forKey: .namespace),
            name: try members.decode(String.self, forKey: .name),
            containers: try members.decode([ContainerSpec].self, forKey: .containers),
            qos: try members.decode(QOSClass.self, forKey: .qos))
    }
}

extension ContainerSpec: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case kind, limits, name, requests }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("kind", kind.rawValue)
            $0.add("limits", limits)
            $0.add("name", name)
            $0.add("requests", requests)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            name: try members.decode(String.self, forKey: .name),
            kind: try members.decode(Kind.self, forKey: .kind),
            requests: try members.decode(ResourceAmounts.self, forKey: .requests),
            limits: try members.decode(ResourceAmounts.self, forKey: .limits))
    }
}

extension ResourceAmounts: CompactJSONValue, Decodable {
    public func write(to json: inout CompactJSON) {
        json.addMembers(map { ($0.resource.rawValue, $0.quantity) }) { $1.add(number: $0) }
    }

    public init(from decoder: any Decoder) throws {
        let members = try [String: UInt64](from: decoder)
        self.init(members.map { ResourceAmount(ResourceName($0.key), $0.value) })
    }
}

extension MergeOptions: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey { case policy, preferClosest, semantics, stepLimit }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("policy", policy.rawValue)
            $0.add("preferClosest", ifTrue: preferClosestNUMANodes)
            $0.add("semantics", semantics.rawValue)
            $0.add("stepLimit", stepLimit)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            policy: try members.decode(Policy.self, forKey: .policy),
            semantics: try members.decode(MergeSemantics.self, forKey: .semantics),
            preferClosestNUMANodes: try members.decode(whether: .preferClosest),
            stepLimit: try members.decode(Int.self, forKey: .stepLimit))
    }
}

extension QOSClass: Decodable {}
extension ContainerSpec.Kind: Decodable {}
extension Policy: Decodable {}
extension MergeSemantics: Decodable {}
extension Scope: Decodable {}
