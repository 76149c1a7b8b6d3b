// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What `verify` found, as data.
public struct VerifyReport: Encodable, Sendable {
    var schemaVersion = 1
    /// Something is not as it was committed.
    public var drift: Bool
    /// Whether the kernel moves pages to where they are used, by itself.
    @Null var numaBalancing: Bool?
    /// What the kernel has free, in ascending order of node; empty where the machine has no files of a kernel.
    public var nodes: [Node]
    /// In the order of admission.
    public var containers: [Container]

    public struct Node: Encodable, Sendable {
        public var node: Int
        /// Ordinary memory that nobody has, not even the page cache; null where the kernel does not say.
        @Null var freeBytes: UInt64?
        /// By ascending page size.
        public var hugepages: [Hugepages]

        public init(node: Int, freeBytes: UInt64?, hugepages: [Hugepages]) {
            self.node = node
            self.freeBytes = freeBytes
            self.hugepages = hugepages
        }
    }

    public struct Hugepages: Encodable, Sendable {
        /// `hugepages-2Mi`.
        public var resource: String
        @Null var freeBytes: UInt64?
        public var totalBytes: UInt64

        public init(resource: String, freeBytes: UInt64?, totalBytes: UInt64) {
            self.resource = resource
            self.freeBytes = freeBytes
            self.totalBytes = totalBytes
        }
    }

    public struct Device: Encodable, Sendable {
        public var resource: String
        public var id: String
        public var drift: Bool
        /// Of its admission; empty where none was known, or every node was near.
        public var admittedNodes: [Int]
        /// Null where they are not known now, or the device is gone.
        @Null var nodes: [Int]?
        public var text: String

        public init(
            resource: String, id: String, drift: Bool, admittedNodes: [Int], nodes: [Int]?, text: String
        ) {
            self.resource = resource
            self.id = id
            self.drift = drift
            self.admittedNodes = admittedNodes
            self.nodes = nodes
            self.text = text
        }
    }

    public struct Container: Encodable, Sendable {
        public var pod: String
        public var uid: String
        public var container: String
        /// Null for a container that is in no cgroup that is known, and no process of `run`.
        @Null var place: String?
        public var findings: [Finding]
        /// In the order in which they were given.
        public var devices: [Device]

        public init(
            pod: String, uid: String, container: String, place: String?, findings: [Finding], devices: [Device]
        ) {
            self.pod = pod
            self.uid = uid
            self.container = container
            self.place = place
            self.findings = findings
            self.devices = devices
        }
    }

    public struct Finding: Encodable, Sendable {
        /// `drift`, `harmless` or `fine`.
        public var kind: String
        /// Null where it is about the cgroup or about devices.
        @Null var pid: Int32?
        public var text: String

        public init(kind: String, pid: Int32?, text: String) {
            self.kind = kind
            self.pid = pid
            self.text = text
        }
    }

    public init(numaBalancing: Bool?, nodes: [Node], containers: [Container]) {
        self.numaBalancing = numaBalancing
        self.nodes = nodes
        self.containers = containers
        drift = containers.contains { $0.findings.contains { $0.kind == "drift" } }
    }

    /// As lines of text.
    public func text(_ emphasis: Emphasis) -> String {
        var lines: [String] = []
        for container in containers {
            lines.append("pod \(container.pod), \(container.container): \(container.place ?? "not attached")")
            for finding in container.findings {
                let line = "  \(finding.kind): \(finding.text)"
                lines.append(finding.kind == "drift" ? emphasis.bad(line) : line)
            }
        }
        if containers.isEmpty { lines.append("nothing is held") }
        lines += nodes.compactMap(\.line)
        if let numaBalancing {
            let meaning = ": the kernel moves pages of processes that are not bound by itself"
            lines.append("kernel.numa_balancing is \(numaBalancing ? "on" + meaning : "off")")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension VerifyReport.Node {
    /// `node 0 has free: memory 1.2Gi, hugepages-2Mi 6Mi of 16Mi`; sizes of which the node has no page are left out.
    fileprivate var line: String? {
        let pools = hugepages.filter { $0.totalBytes > 0 }.map { pool in
            let free = pool.freeBytes.map(BinaryQuantity.exact) ?? "?"
            return "\(pool.resource) \(free) of \(BinaryQuantity.exact(pool.totalBytes))"
        }
        let parts = [freeBytes.map { "memory \(BinaryQuantity.rounded($0))" }].compactMap(\.self) + pools
        return parts.isEmpty ? nil : "node \(node) has free: \(parts.joined(separator: ", "))"
    }
}
