// SPDX-License-Identifier: Apache-2.0

import Admission
public import NUMACore
import Presentation

/// Something on the node that is not as it was.
public struct NodeChange: Hashable, Sendable, CustomStringConvertible {
    /// What kind of change it is. More may be added; compare with the members given.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        /// A device is there that was not.
        public static let came = Kind(description: "came")
        /// A device is there no longer.
        public static let gone = Kind(description: "gone")
        /// A device is not healthy any more.
        public static let failed = Kind(description: "failed")
        /// A device is healthy again.
        public static let recovered = Kind(description: "recovered")
        /// A pod holds something that held nothing.
        public static let admitted = Kind(description: "admitted")
        /// A pod holds nothing any more.
        public static let released = Kind(description: "released")
        /// Nodes, CPUs or memory came or went.
        public static let machine = Kind(description: "machine")
        /// It could not be looked; it is tried again.
        public static let problem = Kind(description: "problem")
    }

    public let kind: Kind
    /// One line for people.
    public let description: String
    /// The namespace and the name of the pod; nil where it is about none.
    public let pod: String?
    /// The uid of the pod; nil where it is about none.
    public let uid: String?
    /// The resource of the device; nil where it is about none.
    public let resource: ResourceName?
    /// The id of the device; nil where it is about none.
    public let device: String?

    /// The same as JSON on one line, by the schema of `changes`.
    public var json: String {
        FaceText.json(
            ChangeReport(
                event: kind.description, text: description, pod: pod, uid: uid, resource: resource, device: device))
    }

    init(_ kind: Kind, _ text: String) {
        (self.kind, description) = (kind, text)
        (pod, uid, resource, device) = (nil, nil, nil, nil)
    }

    init(_ change: DeviceChange) {
        kind = Kind(description: change.kind.rawValue)
        (resource, device) = (change.resource, change.id)
        description =
            DeviceReport(
                event: change.kind.rawValue, change.resource, change.id, locality: change.locality,
                problem: change.problem, holder: nil
            ).text
        (pod, uid) = (nil, nil)
    }

    init(_ kind: Kind, _ spec: PodSpec) {
        let name = "\(spec.namespace)/\(spec.name)"
        (self.kind, description) = (kind, "pod \(name): \(kind)")
        (pod, uid) = (name, spec.uid)
        (resource, device) = (nil, nil)
    }
}
