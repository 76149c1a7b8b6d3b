// SPDX-License-Identifier: Apache-2.0

/// What `verify` found, as data.
public struct VerifyReport: Encodable, Sendable {
    var schemaVersion = 1
    /// Something is not as it was committed.
    public var drift: Bool
    /// Whether the kernel moves pages to where they are used, by itself.
    @Null var numaBalancing: Bool?
    /// In the order of admission.
    public var containers: [Container]

    public struct Container: Encodable, Sendable {
        public var pod: String
        public var uid: String
        public var container: String
        /// Null for a container that is in no cgroup that is known, and no process of `run`.
        @Null var place: String?
        public var findings: [Finding]

        public init(pod: String, uid: String, container: String, place: String?, findings: [Finding]) {
            self.pod = pod
            self.uid = uid
            self.container = container
            self.place = place
            self.findings = findings
        }
    }

    public struct Finding: Encodable, Sendable {
        /// `drift`, `harmless` or `fine`.
        public var kind: String
        /// Null where it is about the cgroup.
        @Null var pid: Int32?
        public var text: String

        public init(kind: String, pid: Int32?, text: String) {
            self.kind = kind
            self.pid = pid
            self.text = text
        }
    }

    public init(numaBalancing: Bool?, containers: [Container]) {
        self.numaBalancing = numaBalancing
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
        if numaBalancing == true {
            lines.append(
                "kernel.numa_balancing is on: the kernel moves pages of processes that are not bound by itself")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
