// SPDX-License-Identifier: Apache-2.0

public import Admission
import NUMACore

/// What a pod holds, as lines of text.
public struct HoldingsText {
    private let pod: LedgerPod

    public init(_ pod: LedgerPod) { self.pod = pod }

    /// The pod and its containers, ending in a line end.
    public var text: String {
        let spec = pod.admission.pod
        let state = pod.state == .committed ? "" : ", \(pod.state.rawValue)"
        return "pod \(spec.namespace)/\(spec.name) (\(spec.uid)), admitted \(pod.admission.time)\(state)\n" + containers
    }

    /// A line for each container.
    public var containers: String {
        zip(pod.admission.pod.containers, pod.admission.pieces).map { container, pieces in
            let words = AssignmentText.pieces(pieces)
            return "  \(container.name) has "
                + (words.isEmpty
                    ? "nothing of its own: the shared CPUs, memory of any node" : words.joined(separator: "; ")) + "\n"
        }.joined()
    }
}
