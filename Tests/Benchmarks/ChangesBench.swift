// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import Logging
import NUMACore
import NUMAHints
import ProviderHost
import TestSupport

/// What it takes to look for changes that would let a refused pod in.
enum ChangesBench {
    static var groups: [BenchGroup] {
        [BenchGroup(title: "explaining a refusal on 8 nodes × 28 CPUs with 50 pods on them") { try rows() }]
    }

    private static func rows() throws -> [BenchRow] {
        let machine = MachineBuilder(nodes: 8, cores: 14, threads: 2, memory: 64 << 30).machine
        var settings = NodeSettings()
        settings.admission.merge.policy = .singleNUMANode
        var node = Node(
            machine, root: nil, settings: settings, search: try ProviderSearch(), logger: Logger(label: "bench"))
        func pod(_ name: String, cpus: UInt64, memory: UInt64) -> PodSpec {
            let requests: ResourceAmounts = [.cpu: cpus * 1000, .memory: memory << 30]
            let app = ContainerSpec(name: "app", requests: requests, limits: requests)
            return PodSpec(uid: name, name: name, containers: [app])
        }
        let held = node.explain((0..<50).map { pod("held-\($0)", cpus: 4, memory: 4) })
        guard held.allSatisfy({ $0.trace.verdict.isAdmitted }) else {
            return [BenchRow(name: "explain", comparison: "the 50 pods do not fit")]
        }
        let big = pod("big", cpus: 26, memory: 40)
        var found: [Change] = []
        func time(_ changes: Int) -> Duration {
            Bench.median { found = node.explain([big], changes: changes).first?.changes ?? [] }
        }
        let (plain, whole) = (time(0), time(3))
        return [
            BenchRow(name: "without changes", time: plain, comparison: ""),
            BenchRow(
                name: "with changes", time: whole, comparison: "\(Bench.rounded(whole / plain)) times without",
                note: "\(found.count) shown (goal: under 50 ms)"),
        ]
    }
}
