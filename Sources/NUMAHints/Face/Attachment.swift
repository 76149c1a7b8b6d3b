// SPDX-License-Identifier: Apache-2.0

import Enforcement
public import NUMACore
import Presentation

/// To what a container's cgroup is held.
public struct Attachment: Sendable {
    /// How the cgroup of a container is found.
    public enum Place: Sendable {
        /// By the rules of a kubelet, with drivers cgroupfs and systemd.
        case kubelet
        /// By its path below the root of the cgroups.
        case path(String)
        /// As that of a process.
        case process(Int32)
    }

    /// Below the root of the cgroups.
    public let cgroup: String
    public let cpus: CPUSet
    /// The nodes that its memory may be of.
    public let nodes: NUMANodeMask
    /// The same as JSON on one line, by the schema of `attach`.
    public var json: String { FaceText.json(report) }
    private let report: AttachReport

    init(_ container: String, of pod: PodSpec, in group: String, _ confinement: Confinement) {
        cgroup = group
        cpus = confinement.cpus
        nodes = confinement.nodes
        report = AttachReport(container, of: pod, in: group, AttachReport.Confined(confinement))
    }
}

extension Attachment: PrintedReport {
    package var warnings: [String] { [] }

    package func printed(as format: ReportFormat, width: Int) throws -> String {
        try format.text(of: report) { report.text + "\n" }
    }
}
