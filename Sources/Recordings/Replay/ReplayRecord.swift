// SPDX-License-Identifier: Apache-2.0

/// An admission sequence as it stands in a file. Keys that are not named here are ignored.
struct ReplayRecord: Decodable {
    struct Configuration: Decodable {
        var topologyPolicy: String
        var topologyScope: String?
        /// `true` or `false` as text, or a number.
        var topologyOptions: [String: String]?
        var cpuManagerOptions: [String: String]?
        var memoryPolicy: String?
    }

    struct Container: Decodable {
        var name: String
        var restartPolicy: String?
        var requests: [String: String]?
        var limits: [String: String]?
    }

    struct Pod: Decodable {
        var uid: String
        var initContainers: [Container]?
        var containers: [Container]
    }

    struct Step: Decodable {
        var op: String
        var pod: Pod?
        var uid: String?
        var expect: ReplayAnswer?
    }

    /// What another version of the kubelet gave, where the sequence says so.
    struct Versions: Decodable {
        struct Expectation: Decodable {
            var hint: ReplayAnswer.Hint?
            var cpuset: String?
            var defaultCpuSet: String?
            var devicesByNUMA: [String: [String: Int]]?
        }

        var later: Expectation?

        private enum CodingKeys: String, CodingKey { case later = "1.36.2-expect" }
    }

    var id: String
    var machine: MachineRecord
    var config: Configuration
    var steps: [Step]
    var replay: Versions?
}
