// SPDX-License-Identifier: Apache-2.0

public import Admission
import NUMACore

/// What a pod holds, as lines of text.
public struct HoldingsText {
    private let pod: LedgerPod

    public init(_ pod: LedgerPod) { self.pod = pod }

    /// Who holds what: the nodes as boxes, below them the pods.
    ///
    /// - Parameters:
    ///   - ledger: its path.
    ///   - width: the columns there are.
    public static func of(
        _ pods: [LedgerPod], _ report: StatusReport, ledger: String, width: Int, hasColour: Bool = false
    ) -> String {
        let picture = report.picture(width: width, hasColour: hasColour)
        let texts = pods.map { HoldingsText($0).text }.joined(separator: "\n")
        return (picture.isEmpty ? "" : picture + "\n") + (texts.isEmpty ? "nothing is held (\(ledger))\n" : texts)
    }

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
