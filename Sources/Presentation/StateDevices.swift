// SPDX-License-Identifier: Apache-2.0

/// The device manager's file in a ``StateReport``.
public struct StateDevices: Encodable, Sendable {
    public struct Group: Encodable, Sendable {
        /// Nil if no node is known.
        @Explicit var node: Int?
        var ids: [String]

        public init(node: Int?, ids: [String]) {
            self.ids = ids
            self.node = node
        }
    }

    public struct Pair: Encodable, Sendable {
        var name: String
        var value: String

        public init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    public struct Mount: Encodable, Sendable {
        var containerPath: String
        var hostPath: String
        var readOnly: Bool

        public init(containerPath: String, hostPath: String, readOnly: Bool) {
            (self.containerPath, self.hostPath, self.readOnly) = (containerPath, hostPath, readOnly)
        }
    }

    public struct DeviceFile: Encodable, Sendable {
        var containerPath: String
        var hostPath: String
        var permissions: String

        public init(containerPath: String, hostPath: String, permissions: String) {
            (self.containerPath, self.hostPath, self.permissions) = (containerPath, hostPath, permissions)
        }
    }

    /// What the device plugin answered.
    public struct Answer: Encodable, Sendable {
        var envs: [Pair]
        var mounts: [Mount]
        var devices: [DeviceFile]
        var annotations: [Pair]
        var cdiDevices: [String]

        public init(
            envs: [Pair], mounts: [Mount], devices: [DeviceFile], annotations: [Pair], cdiDevices: [String]
        ) {
            (self.envs, self.mounts, self.devices) = (envs, mounts, devices)
            (self.annotations, self.cdiDevices) = (annotations, cdiDevices)
        }
    }

    public struct Entry: Encodable, Sendable {
        var pod: String
        var container: String
        var resource: String
        var devices: [Group]
        @Explicit var answer: Answer?
        /// Why there is no answer, if it is damaged.
        @Explicit var answerError: String?

        public init(
            pod: String, container: String, resource: String, devices: [Group], answer: Answer?,
            answerError: String?
        ) {
            (self.pod, self.container, self.resource, self.devices) = (pod, container, resource, devices)
            (self.answer, self.answerError) = (answer, answerError)
        }
    }

    public struct Resource: Encodable, Sendable {
        var resource: String
        var ids: [String]

        public init(resource: String, ids: [String]) { (self.resource, self.ids) = (resource, ids) }
    }

    var entries: [Entry]
    var registered: [Resource]

    public init(entries: [Entry], registered: [Resource]) {
        (self.entries, self.registered) = (entries, registered)
    }
}
