// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What one pod was given, as a ledger keeps it.
public struct LedgerAdmission: Hashable, Sendable {
    public var pod: PodSpec
    /// What each container has, by its place in `pod.containers`.
    public var pieces: [[Assignment]]
    /// Into which nodes each container was placed, by its place in `pod.containers`; nil where nobody was asked.
    public var affinities: [LedgerAffinity?]
    /// When it was admitted, as the caller writes times; the ledger does not read it.
    public var time: String

    /// Lists that are shorter than the pod are filled up, longer ones are cut.
    public init(pod: PodSpec, pieces: [[Assignment]], affinities: [LedgerAffinity?] = [], time: String) {
        self.pod = pod
        self.pieces = pod.containers.indices.map { pieces.indices.contains($0) ? pieces[$0] : [] }
        self.affinities = pod.containers.indices.map { affinities.indices.contains($0) ? affinities[$0] : nil }
        self.time = time
    }
}

/// The merged affinity that a container was placed by.
public struct LedgerAffinity: Hashable, Sendable {
    /// Nil is *no mask*, which is not the same as all nodes.
    public var nodes: NUMANodeMask?
    public var isPreferred: Bool

    public init(nodes: NUMANodeMask?, isPreferred: Bool) {
        self.nodes = nodes
        self.isPreferred = isPreferred
    }
}

/// A pod in a ledger.
public struct LedgerPod: Hashable, Sendable {
    /// How far its admission or release has come.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// The providers may or may not have committed it.
        case intended
        case committed
        /// The providers may or may not have released it.
        case releasing
    }

    /// The number of the decision that admitted it, from 1: later decisions have higher ones.
    public var sequence: UInt64
    public var state: State
    /// While it is releasing, the container that alone is released; nil for all of the pod.
    public var leaving: String?
    public var admission: LedgerAdmission

    public init(sequence: UInt64, state: State, leaving: String? = nil, admission: LedgerAdmission) {
        self.leaving = leaving
        self.sequence = sequence
        self.state = state
        self.admission = admission
    }

    public var uid: String { admission.pod.uid }
}
