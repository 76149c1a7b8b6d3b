// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What became of one container, as data: what `attach -o json` prints, and `attach --watch -o json` on a line each.
public struct AttachReport: Encodable, Sendable {
    private var schemaVersion = 1
    /// `confined` or `failed`.
    private var event: String
    /// Its namespace and name.
    private var pod: String
    private var uid: String
    private var container: String
    /// Below the root of the cgroups.
    private var cgroup: String
    /// What it is held to; null where that failed.
    @Null private var confinement: Confined?
    /// Why it failed; null where it did not.
    @Null private var error: String?

    /// What a group is held to.
    public struct Confined: Encodable, Sendable {
        /// As a list: `0-3,8`.
        private var cpus: String
        private var numaNodes: [Int]
        /// In ascending order of size.
        private var hugepages: [Limit]
        /// `root` or `isolated`; null where the group was left as it was.
        @Null private var partition: String?

        /// - Parameter hugepages: for each size, in bytes, how many bytes at most; in ascending order of size.
        public init(
            cpus: CPUSet, nodes: NUMANodeMask, hugepages: [(size: UInt64, bytes: UInt64)], partition: String?
        ) {
            self.cpus = cpus.list
            numaNodes = nodes.members
            self.hugepages = hugepages.map { Limit(resource: ResourceName.hugepages(size: $0.size), bytes: $0.bytes) }
            self.partition = partition
        }

        var text: String {
            var words = ["CPUs \(cpus)", "memory of nodes \(NUMANodeMask(numaNodes).list)"]
            for limit in hugepages { words.append("\(limit.resource) up to \(limit.resource.text(of: limit.bytes))") }
            if let partition { words.append("partition \(partition)") }
            return words.joined(separator: "; ")
        }
    }

    private struct Limit: Encodable {
        var resource: ResourceName
        var bytes: UInt64

        private enum CodingKeys: CodingKey { case resource, bytes }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(resource.rawValue, forKey: .resource)
            try container.encode(bytes, forKey: .bytes)
        }
    }

    private init(
        _ event: String, _ container: String, _ pod: PodSpec, _ cgroup: String, _ confinement: Confined?,
        _ error: String?
    ) {
        self.event = event
        self.pod = "\(pod.namespace)/\(pod.name)"
        uid = pod.uid
        self.container = container
        self.cgroup = cgroup
        self.confinement = confinement
        self.error = error
    }

    /// A container that is held to something now.
    public init(_ container: String, of pod: PodSpec, in cgroup: String, _ confinement: Confined) {
        self.init("confined", container, pod, cgroup, confinement, nil)
    }

    /// A container that could not be confined.
    public init(_ container: String, of pod: PodSpec, in cgroup: String, error: String) {
        self.init("failed", container, pod, cgroup, nil, error)
    }

    /// As text, without the line end.
    public var text: String { "\(cgroup): \(error ?? confinement?.text ?? "")" }

    /// The same for a reader who did not name the container.
    public var longText: String { "pod \(pod), \(container): \(text)" }
}
