// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What of a kubelet's configuration decides about placement.
///
/// Source: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
public struct KubeletConfiguration: Hashable, Sendable {
    /// One of `topologyManagerPolicyOptions`, `cpuManagerPolicyOptions`, `featureGates`, as written.
    public struct Option: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        /// The value as Go's `strconv.ParseBool`, which the kubelet uses, takes it.
        public var isOn: Bool? {
            switch value {
            case "1", "t", "T", "TRUE", "true", "True": true
            case "0", "f", "F", "FALSE", "false", "False": false
            default: nil
            }
        }
    }

    /// Memory or huge pages of a node that no pod gets.
    public struct ReservedMemory: Hashable, Sendable {
        public var node: Int
        public var resource: ResourceName
        public var bytes: UInt64

        public init(node: Int, resource: ResourceName, bytes: UInt64) {
            self.node = node
            self.resource = resource
            self.bytes = bytes
        }
    }

    /// How much memory is kept free by eviction, `evictionHard["memory.available"]`.
    public enum EvictionThreshold: Hashable, Sendable {
        case bytes(UInt64)
        /// Of the machine's memory, 0 to 100.
        case percent(Double)

        /// The bytes of it on a machine; nil for a percentage of a machine that is not known.
        public func bytes(ofCapacity capacity: UInt64?) -> UInt64? {
            switch self {
            case .bytes(let bytes): bytes
            case .percent(let percent):
                capacity.map { UInt64(exactly: (Double($0) * percent / 100).rounded(.down)) ?? $0 }
            }
        }
    }

    /// `none`, `best-effort`, `restricted` or `single-numa-node`.
    public var topologyManagerPolicy = "none"
    /// `container` or `pod`.
    public var topologyManagerScope = "container"
    /// In ascending order of name.
    public var topologyManagerPolicyOptions: [Option] = []
    /// `none` or `static`.
    public var cpuManagerPolicy = "none"
    /// In ascending order of name.
    public var cpuManagerPolicyOptions: [Option] = []
    /// `None` or `Static`.
    public var memoryManagerPolicy = "None"
    /// The CPUs of the system, which come before what the reservations say about cpu.
    public var reservedSystemCPUs: CPUSet?
    public var systemReserved: ResourceAmounts = [:]
    public var kubeReserved: ResourceAmounts = [:]
    /// 100Mi where nothing is said about hard eviction at all.
    public var evictionHardMemory = EvictionThreshold.bytes(100 << 20)
    /// In ascending order of node and resource.
    public var reservedMemory: [ReservedMemory] = []
    /// In ascending order of name.
    public var featureGates: [Option] = []
    /// Where the fields are that were given.
    var places: [Place] = []

    struct Place: Hashable, Sendable {
        var field: String
        var file: String
        var line: Int?
    }

    /// What a kubelet does that is told nothing.
    public init() {}

    /// Whether among masks of one size the closest nodes win.
    public var preferClosestNUMANodes: Bool {
        topologyManagerPolicyOptions.first { $0.name == "prefer-closest-numa-nodes" }?.isOn ?? false
    }

    /// The most NUMA nodes that a machine may have, where this is said.
    public var maxAllowableNUMANodes: Int? {
        topologyManagerPolicyOptions.first { $0.name == "max-allowable-numa-nodes" }.flatMap { Int($0.value) }
    }

    /// The thousandths of a CPU that `kubeReserved` and `systemReserved` keep.
    public var reservedMillicpus: UInt64 {
        (kubeReserved[.cpu] ?? 0).addingClamped(systemReserved[.cpu] ?? 0)
    }

    /// The file that said most of this, and the line of a field.
    func place(of field: String) -> (file: String, line: Int?) {
        let place = places.last { $0.field == field }
        return (place?.file ?? places.first?.file ?? "", place?.line)
    }
}
