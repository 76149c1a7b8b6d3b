// SPDX-License-Identifier: Apache-2.0

package import Admission
import HintMerge
package import KubernetesFormats
package import NUMACore

extension NodeResourceTopology {
    /// What the object says of a node, from what is known of it.
    package struct Facts: Sendable {
        package var name: String
        package var machine: Machine
        package var policy: Policy
        package var scope: Scope
        /// What providers would have if no pod held anything.
        package var unheld: [Stock]
        /// What providers have.
        package var stock: [Stock]
        package var pods: [PodSpec]
        /// Nil leaves the fingerprint of the pods out.
        package var fingerprint: PodsFingerprint.Method?

        package init(
            name: String, machine: Machine, policy: Policy, scope: Scope, unheld: [Stock], stock: [Stock],
            pods: [PodSpec] = [], fingerprint: PodsFingerprint.Method? = nil
        ) {
            self.name = name
            self.machine = machine
            self.policy = policy
            self.scope = scope
            self.unheld = unheld
            self.stock = stock
            self.pods = pods
            self.fingerprint = fingerprint
        }
    }

    /// The object of a node; equal facts give equal objects.
    ///
    /// Names of zones and attributes are those of node-feature-discovery's topology updater.
    ///
    /// Source: kubernetes-sigs/node-feature-discovery, `pkg/resourcemonitor/noderesourcesaggregator.go` and
    /// `pkg/nfd-topology-updater/nfd-topology-updater.go`.
    package init(_ facts: Facts) {
        let listed = Set(facts.stock.map(\.resource)).sorted()
        let zones = facts.machine.nodes.map { node in
            Zone(
                node: node.id, costs: Self.costs(from: node.id, facts.machine),
                resources: listed.compactMap { Self.resource($0, on: node, facts) })
        }
        self.init(
            name: facts.name, topologyPolicies: [Self.word(facts.policy, facts.scope)],
            attributes: [
                Attribute("topologyManagerPolicy", facts.policy.rawValue),
                Attribute("topologyManagerScope", facts.scope.rawValue),
            ], zones: zones)
        guard let method = facts.fingerprint else { return }
        attributes += [
            Attribute("nodeTopologyPodsFingerprint", Self.fingerprint(of: facts.pods, by: method, zones).text),
            Attribute("nodeTopologyPodsFingerprintMethod", method.rawValue),
        ]
    }

    /// Policy and scope in one word, as the field `topologyPolicies` has them.
    ///
    /// Source: kubernetes-sigs/node-feature-discovery, `pkg/topologypolicy/topology-policy.go`.
    private static func word(_ policy: Policy, _ scope: Scope) -> String {
        let level = scope == .pod ? "PodLevel" : "ContainerLevel"
        return switch policy {
        case .none: "None"
        case .bestEffort: "BestEffort" + level
        case .restricted: "Restricted" + level
        case .singleNUMANode: "SingleNUMANode" + level
        }
    }

    private static func costs(from node: Int, _ machine: Machine) -> [Cost] {
        guard let distances = machine.distances else {
            // A node alone has no table, and 10 is what every table has for a node and itself.
            return machine.nodes.count == 1 ? [Cost(Zone.name(of: node), 10)] : []
        }
        return distances.nodes.compactMap { other in
            distances.distance(from: node, to: other).map { Cost(Zone.name(of: other), Int64(clamping: $0)) }
        }
    }

    /// What a node has of a resource; nil if there is none of it.
    private static func resource(_ name: ResourceName, on node: Machine.Node, _ facts: Facts) -> Resource? {
        /// What is near to several nodes counts on each of them: it can be used from each.
        func sum(_ stock: [Stock], _ amount: KeyPath<Stock, UInt64>) -> UInt64? {
            let here = stock.filter {
                guard case .nodes(let nodes) = $0.locality else { return false }
                return $0.resource == name && nodes.contains(node.id)
            }
            guard !here.isEmpty else { return nil }
            let sum = here.reduce(UInt64(0)) { $0.addingClamped($1[keyPath: amount]) }
            return name.unit == .millicpus ? sum / 1000 : sum
        }
        guard let total = sum(facts.stock, \.total) else { return nil }
        let capacity = max(total, facts.machine.capacity(of: name, on: node))
        guard capacity > 0 else { return nil }
        let allocatable = min(sum(facts.unheld, \.free) ?? 0, capacity)
        // Devices may come between the two looks.
        let available = min(sum(facts.stock, \.free) ?? 0, allocatable)
        return Resource(name.rawValue, capacity: capacity, allocatable: allocatable, available: available)
    }

    private static func fingerprint(
        of pods: [PodSpec], by method: PodsFingerprint.Method, _ zones: [Zone]
    ) -> PodsFingerprint {
        let listed = Set(zones.flatMap(\.resources).map { ResourceName($0.name) })
        var fingerprint = PodsFingerprint()
        for pod in pods where method == .all || pod.hasExclusiveResources(listed: listed) {
            fingerprint.add(namespace: pod.namespace, name: pod.name)
        }
        return fingerprint
    }
}

extension Machine {
    /// What the hardware of a node has, as a kubelet counts capacity: CPUs that are online, all memory, all huge pages.
    fileprivate func capacity(of resource: ResourceName, on node: Node) -> UInt64 {
        switch resource {
        case .cpu: UInt64(cpus.count { $0.isOnline && $0.node == node.id })
        case .memory: node.memoryBytes
        default: node.hugepages.first { $0.resource == resource }?.totalBytes ?? 0
        }
    }
}
