// SPDX-License-Identifier: Apache-2.0

/// What one step of a sequence came to, or should come to. What is nil is not said.
public struct ReplayAnswer: Decodable, Hashable, Sendable {
    public struct Hint: Decodable, Hashable, Sendable {
        /// Nil: no mask.
        public var nodes: [Int]?
        public var preferred: Bool

        public init(nodes: [Int]?, preferred: Bool) {
            self.nodes = nodes
            self.preferred = preferred
        }
    }

    public struct Block: Decodable, Hashable, Sendable {
        public var nodes: [Int]
        public var type: String
        /// In bytes.
        public var size: UInt64

        public init(nodes: [Int], type: String, size: UInt64) {
            self.nodes = nodes
            self.type = type
            self.size = size
        }
    }

    public struct Node: Decodable, Hashable, Sendable {
        public var id: Int
        public var numberOfAssignments: Int
        public var cells: [Int]
        /// Bytes by type.
        public var free: [String: UInt64]

        public init(id: Int, numberOfAssignments: Int, cells: [Int], free: [String: UInt64]) {
            self.id = id
            self.numberOfAssignments = numberOfAssignments
            self.cells = cells
            self.free = free
        }
    }

    public struct State: Decodable, Hashable, Sendable {
        /// The CPUs that containers without CPUs of their own share.
        public var defaultCpuSet: String?
        public var memory: [Node]?
        /// Ids by resource.
        public var devicesInUse: [String: [String]]?

        public init(defaultCpuSet: String?, memory: [Node]?, devicesInUse: [String: [String]]?) {
            self.defaultCpuSet = defaultCpuSet
            self.memory = memory
            self.devicesInUse = devicesInUse
        }
    }

    public struct Readmission: Decodable, Hashable, Sendable {
        public var uid: String
        public var admit: Bool
        public var reason: String?
        public var containers: [ReplayContainer]?

        public init(uid: String, admit: Bool, reason: String? = nil, containers: [ReplayContainer]? = nil) {
            self.uid = uid
            self.admit = admit
            self.reason = reason
            self.containers = containers
        }
    }

    public var admit: Bool?
    /// Why a pod was refused, in the kubelet's word.
    public var reason: String?
    public var qosClass: String?
    public var containers: [ReplayContainer]?
    public var readmitted: [Readmission]?
    public var state: State?

    public init() {}
}

/// What one container of a replayed pod has.
public struct ReplayContainer: Decodable, Hashable, Sendable {
    public var name: String
    /// The affinity that the container was given.
    public var hint: ReplayAnswer.Hint?
    /// Said to be nil if the container shares CPUs.
    public var cpuset: String??
    public var memory: [ReplayAnswer.Block]?
    /// Ids by resource.
    public var devices: [String: [String]]?
    /// How many, by resource and node; node -1 is unknown.
    public var devicesByNUMA: [String: [String: Int]]?
    /// By resource; an empty list is "impossible", who has no preference is not there.
    public var providerHints: [String: [ReplayAnswer.Hint]]?

    public init(name: String) { self.name = name }

    private enum CodingKeys: String, CodingKey {
        case name, hint, cpuset, memory, devices, devicesByNUMA, providerHints
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        hint = try values.decodeIfPresent(ReplayAnswer.Hint.self, forKey: .hint)
        if values.contains(.cpuset) { cpuset = .some(try values.decodeIfPresent(String.self, forKey: .cpuset)) }
        memory = try values.decodeIfPresent([ReplayAnswer.Block].self, forKey: .memory)
        devices = try values.decodeIfPresent([String: [String]].self, forKey: .devices)
        devicesByNUMA = try values.decodeIfPresent([String: [String: Int]].self, forKey: .devicesByNUMA)
        providerHints = try values.decodeIfPresent([String: [ReplayAnswer.Hint]].self, forKey: .providerHints)
    }
}
