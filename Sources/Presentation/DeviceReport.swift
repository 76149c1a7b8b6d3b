// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What became of one device, as data: what `attach --watch -o json` prints on a line.
public struct DeviceReport: Encodable, Sendable {
    private var schemaVersion = 1
    /// `came`, `gone`, `failed` or `recovered`.
    private var event: String
    private var resource: String
    private var device: String
    /// Null where they are not known, or it has none of its own.
    @Null private var numaNodes: [Int]?
    /// Why it failed; null where nobody says.
    @Null private var problem: String?
    /// Who holds it; null for nobody.
    @Null private var holder: Holder?

    /// A container that holds a device.
    public struct Holder: Encodable, Sendable {
        /// Its namespace and name.
        private var pod: String
        private var uid: String
        private var container: String

        public init(pod: String, uid: String, container: String) {
            self.pod = pod
            self.uid = uid
            self.container = container
        }

        var text: String { "\(pod)/\(container)" }
    }

    public init(
        event: String, _ resource: ResourceName, _ device: String, locality: Locality, problem: String?, holder: Holder?
    ) {
        self.event = event
        self.resource = resource.rawValue
        self.device = device
        var nodes: [Int]?
        if case .nodes(let mask) = locality, !mask.isEmpty { nodes = mask.members }
        _numaNodes = Null(wrappedValue: nodes)
        _problem = Null(wrappedValue: problem)
        _holder = Null(wrappedValue: holder)
    }

    /// One line for people.
    public var text: String {
        let place = numaNodes.map { " on node\($0.count == 1 ? "" : "s") \(NUMANodeMask($0).list)" } ?? ""
        let what =
            switch event {
            case "came": "is there\(place)"
            case "gone": "is gone"
            case "recovered": "is healthy again"
            default: "is not healthy" + (problem.map { ": \($0)" } ?? "")
            }
        return "\(resource) \(device) \(what)" + (holder.map { "; \($0.text) holds it" } ?? "")
    }
}
