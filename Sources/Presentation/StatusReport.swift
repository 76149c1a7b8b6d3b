// SPDX-License-Identifier: Apache-2.0

public import Admission
public import NUMACore

/// Who holds what as data: what `status -o json` and `-o yaml` print.
public struct StatusReport: Encodable, Sendable {
    var schemaVersion = 1
    /// Who holds what on each node; null where the machine or its providers cannot say.
    @Null var nodes: [NodeHoldings]?
    /// In the order of their admission.
    var pods: [PodReport]
    /// Why there is no picture, or what it cannot show.
    public private(set) var warnings: [String]

    /// What the ledger says alone.
    public init(_ pods: [LedgerPod], warnings: [String] = []) {
        self.init(pods, nodes: nil, warnings)
    }

    /// What the ledger says, node by node of the machine.
    ///
    /// - Parameter books: those of providers that know what the pods hold.
    public init(_ pods: [LedgerPod], on machine: Machine, books: ProviderBooks, warnings: [String] = []) {
        self.init(pods, nodes: NodeHoldings.all(machine, pods, books), warnings)
    }

    private init(_ pods: [LedgerPod], nodes: [NodeHoldings]?, _ warnings: [String]) {
        _nodes = Null(wrappedValue: nodes)
        self.pods = pods.map { PodReport($0) }
        self.warnings = warnings + Self.losses(nodes ?? [])
    }

    /// The same, when a later look failed: the reason comes first, and stands there once.
    public func with(warning: String) -> StatusReport {
        var copy = self
        copy.warnings = [warning] + warnings.filter { $0 != warning }
        return copy
    }

    /// Who holds a device that is not what it was.
    private static func losses(_ nodes: [NodeHoldings]) -> [String] {
        nodes.flatMap(\.devices).compactMap { device in
            guard !device.healthy, let holder = device.holder else { return nil }
            return "\(holder.text) holds \(device.resource) \(device.id), which is not healthy: "
                + (device.problem ?? "its provider does not say why")
        }
    }

    /// The nodes as boxes, ending in a line end; empty where the machine is not known.
    ///
    /// - Parameter width: the columns there are.
    public func picture(width: Int, hasColour: Bool) -> String {
        guard let nodes else { return "" }
        return HoldingsPicture(nodes, width: width).lines.map { line in
            var text = line.rendered(inColour: hasColour)
            while text.utf8.last == 0x20 { text.removeLast() }
            return text + "\n"
        }.joined()
    }

    struct PodReport: Encodable {
        var uid: String
        var namespace: String
        var name: String
        var admitted: String
        var state: String
        var sequence: UInt64
        var containers: [ContainerReport]

        init(_ pod: LedgerPod) {
            let spec = pod.admission.pod
            uid = spec.uid
            namespace = spec.namespace
            name = spec.name
            admitted = pod.admission.time
            state = pod.state.rawValue
            sequence = pod.sequence
            containers = spec.containers.indices.map { index in
                ContainerReport(
                    Allocation(container: spec.containers[index].name, assignments: pod.admission.pieces[index]),
                    pod.admission.affinities[index])
            }
        }
    }

    struct ContainerReport: Encodable {
        var allocation: ExplanationReport.AllocationReport
        /// Null where nobody was asked.
        @Null var affinity: AffinityReport?

        init(_ allocation: Allocation, _ affinity: LedgerAffinity?) {
            self.allocation = ExplanationReport.AllocationReport(allocation)
            self.affinity = affinity.map { AffinityReport($0) }
        }
    }

    struct AffinityReport: Encodable {
        @Null var nodes: [Int]?
        var preferred: Bool

        init(_ affinity: LedgerAffinity) {
            nodes = affinity.nodes?.members
            preferred = affinity.isPreferred
        }
    }
}
