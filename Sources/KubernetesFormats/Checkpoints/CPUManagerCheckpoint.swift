// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// The file `cpu_manager_state` of the kubelet: which container holds which CPUs.
public struct CPUManagerCheckpoint: Hashable, Sendable {
    public struct Container: Hashable, Sendable {
        public var name: String
        public var cpus: CPUListText

        public init(name: String, cpus: CPUListText) { (self.name, self.cpus) = (name, cpus) }
    }

    public struct Pod: Hashable, Sendable {
        public var uid: String
        /// In ascending order of name; nil is null in the file.
        public var containers: [Container]?

        public init(uid: String, containers: [Container]?) { (self.uid, self.containers) = (uid, containers) }
    }

    /// `none` or `static`.
    public var policyName: String
    /// The CPUs that no container holds alone.
    public var defaultCPUSet: CPUListText
    /// In ascending order of UID.
    public var pods: [Pod]
    /// False if the file says 0, which the kubelet takes unchecked.
    public var hasChecksum = true

    public init(policyName: String, defaultCPUSet: CPUListText, pods: [Pod]) {
        (self.policyName, self.defaultCPUSet, self.pods) = (policyName, defaultCPUSet, pods)
    }

    /// Reads the bytes of a file.
    ///
    /// - Parameter verifies: take no wrong checksum.
    /// - Throws: a state error, one line, that says what is wrong and what would be right.
    public init(bytes: [UInt8], file: String, verifies: Bool = true) throws(NUMAHintsError) {
        let root = try CheckpointNode.root(bytes, file: file)
        let members = try root.members(["policyName", "defaultCpuSet", "entries", "checksum"])
        policyName = try members["policyName"].text()
        defaultCPUSet = try members["defaultCpuSet"].cpus()
        pods = []
        if let entries = members.optional("entries") {
            pods = try Self.pods(entries)
        }
        if verifies { hasChecksum = try members.verify(checksum, at: "checksum", zeroIsTaken: true) }
    }

    private static func pods(_ node: CheckpointNode) throws(NUMAHintsError) -> [Pod] {
        guard let entries = try node.entries() else {
            throw node.error("entries must be an object or left out, found null")
        }
        var pods: [Pod] = []
        for (uid, value) in entries {
            if case .text = value.tree {
                throw value.error(
                    "an old version: \(value.name) is a text; expected an object of "
                        + "containers for each pod's UID")
            }
            var pod = Pod(uid: uid, containers: nil)
            if let containers = try value.entries() {
                pod.containers = []
                for (name, cpus) in containers {
                    pod.containers?.append(Container(name: name, cpus: try cpus.cpus()))
                }
            }
            pods.append(pod)
        }
        return pods
    }

    /// What the file's checksum must be.
    public var checksum: UInt32 {
        let entries = pods.map { pod in
            (pod.uid, GoText.printed(pod.containers?.map { ($0.name, $0.cpus.text) }))
        }
        return GoText.checksum(
            "(*state.CPUManagerCheckpoint){PolicyName:(string)\(policyName) "
                + "DefaultCPUSet:(string)\(defaultCPUSet.text) "
                + "Entries:(map[string]map[string]string)\(GoText.printed(entries)) "
                + "Checksum:(checksum.Checksum)0}")
    }

    /// The bytes of the file, as the kubelet writes them.
    public var bytes: [UInt8] {
        var members = [
            ("policyName", GoText.quoted(policyName)), ("defaultCpuSet", GoText.quoted(defaultCPUSet.text)),
        ]
        if !pods.isEmpty {
            let entries = pods.map { pod in
                (pod.uid, GoText.map(pod.containers?.map { ($0.name, GoText.quoted($0.cpus.text)) }))
            }
            members.append(("entries", GoText.map(entries)))
        }
        members.append(("checksum", hasChecksum ? "\(checksum)" : "0"))
        return Array(GoText.object(members).utf8)
    }
}

extension CheckpointMembers {
    /// Compares a checksum with what the file says; false if the file says 0 and that is taken.
    func verify(_ found: UInt32, at name: String, zeroIsTaken: Bool) throws(NUMAHintsError) -> Bool {
        let said = try self[name].integer(UInt64.self)
        if said == 0, zeroIsTaken { return false }
        guard said == found else {
            throw owner.error(
                "wrong checksum: the file says \(said), its content has \(found); it was damaged or changed by hand")
        }
        return true
    }
}
