// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore
import Testing

/// What is merged for a pod, and what a whole pod requests.
@Suite("Scope")
struct ScopeTests {
    static func container(_ kind: ContainerSpec.Kind, _ cpu: UInt64) -> ContainerSpec {
        ContainerSpec(name: "\(kind)-\(cpu)", kind: kind, requests: [.cpu: cpu])
    }

    @Test(
        "a pod requests the larger of its running containers and each init container in its time",
        arguments: [
            ([(.app, 1), (.app, 2)], 3),
            ([(.initialization, 5), (.app, 2)], 5),
            ([(.initialization, 1), (.app, 2)], 2),
            ([(.sidecar, 1), (.initialization, 5), (.app, 2)], 6),
            ([(.initialization, 5), (.sidecar, 1), (.app, 2)], 5),
            ([(.sidecar, 1), (.initialization, 3), (.sidecar, 2), (.initialization, 3), (.app, 2)], 6),
            ([], 0),
        ] as [([(ContainerSpec.Kind, UInt64)], UInt64)])
    func effective(containers: [(ContainerSpec.Kind, UInt64)], expected: UInt64) {
        let pod = PodSpec(uid: "u", name: "p", containers: containers.map { Self.container($0.0, $0.1) })
        #expect(pod.effectiveRequests[.cpu] ?? 0 == expected)
    }

    @Test("container scope has a unit for each container in order, pod scope one for all")
    func units() {
        let pod = PodSpec(
            uid: "u", name: "p", containers: [Self.container(.sidecar, 1), Self.container(.app, 2)])
        #expect(Scope.container.units(of: pod) == [0, 1])
        #expect(Scope.pod.units(of: pod) == [nil])
    }
}
