// SPDX-License-Identifier: Apache-2.0

import Admission
import DeviceChoice
import HintMerge
import NUMACore
import ProviderKit
import TestSupport
import Testing

/// Devices that are chosen for two providers together, and wanted of each.
@Suite("Devices chosen in an admission")
struct ChosenDevicesTests {
    private let gpu: ResourceName = "example.org/gpu"
    private let nic: ResourceName = "example.org/nic"

    /// On each of two nodes two switches, each with a GPU; at that with the lower number there is no NIC.
    private let gpus = PooledProvider(
        "test.gpus",
        (0..<4).map { device("gpu\($0)", "example.org/gpu", switch: $0, port: 0) })
    private let nics = PooledProvider(
        "test.nics",
        [device("nic0", "example.org/nic", switch: 1, port: 1), device("nic1", "example.org/nic", switch: 3, port: 1)])

    private static func device(_ id: String, _ resource: ResourceName, switch number: Int, port: Int) -> PooledDevice {
        PooledDevice(
            id: id, resource: resource, locality: .nodes([number / 2]),
            path: "0000:1\(number):01.0/0001:1\(number):00.0/0002:1\(number):0\(port).0/000\(3 + port):1\(number):00.0")
    }

    private func admission(_ policy: Policy = .bestEffort, chooses: Bool = true) -> PodAdmission {
        var settings = AdmissionSettings(merge: MergeOptions(policy: policy))
        settings.choosesDevices = chooses
        return PodAdmission(nodes: [0, 1], distances: nil, providers: [gpus, nics], settings: settings)
    }

    private func pod(_ uid: String, _ containers: ResourceAmounts..., kinds: [ContainerSpec.Kind] = []) -> PodSpec {
        PodSpec(
            uid: uid, name: uid,
            containers: containers.enumerated().map { index, requests in
                ContainerSpec(
                    name: "c\(index)", kind: kinds.indices.contains(index) ? kinds[index] : .app, requests: requests)
            })
    }

    private func given(_ trace: DecisionTrace) -> [[String]] {
        trace.allocations.map { allocation in
            allocation.assignments.compactMap { if case .device(let id, _) = $0.piece { id } else { nil } }
        }
    }

    @Test("a GPU is taken that has a NIC at its switch, under each policy", arguments: Policy.allCases)
    func pair(policy: Policy) {
        var admission = admission(policy)
        let trace = admission.admit(pod("a", [gpu: 1, nic: 1]))
        #expect(given(trace) == [["gpu1", "nic0"]])
        #expect(trace.nearness.map(\.pairs).map { $0.map(\.proximity) } == [[.oneSwitch]])
        #expect(trace.nearness.map(\.regret) == [nil])
        #expect(given(admission.admit(pod("b", [gpu: 1, nic: 1]))) == [["gpu3", "nic1"]])
    }

    @Test("without it each provider takes what comes first")
    func off() {
        var admission = admission(chooses: false)
        let trace = admission.admit(pod("a", [gpu: 1, nic: 1]))
        #expect(given(trace) == [["gpu0", "nic0"]])
        #expect(trace.nearness.isEmpty)
        #expect(gpus.listings == 0)
    }

    @Test("a provider is asked for its list only by containers that ask for its resources")
    func listings() {
        var admission = admission()
        _ = admission.admit(pod("a", [.cpu: 1000], [gpu: 1]))
        #expect((gpus.listings, nics.listings) == (1, 0))
    }

    @Test("the better pair is gone: the worse is taken, and said")
    func soft() {
        var admission = admission()
        _ = admission.admit(pod("a", [gpu: 1, nic: 1]))
        #expect(given(admission.admit(pod("b", [gpu: 2]))) == [["gpu2", "gpu3"]])
        let trace = admission.admit(pod("c", [gpu: 1, nic: 1]))
        #expect(given(trace) == [["gpu0", "nic1"]])
        #expect(
            trace.nearness.first?.regret == "gpu0 and nic1 are SYS apart: nearer example.org/nic are held")
    }

    @Test(
        "what a provider cannot give is not insisted on", arguments: [ProviderFailure.Kind.exhausted, .unsupported])
    func refused(kind: ProviderFailure.Kind) {
        gpus.refusesWanted = kind
        var admission = admission()
        let trace = admission.admit(pod("a", [gpu: 1, nic: 1]))
        #expect(given(trace) == [["gpu0", "nic0"]])
        #expect(gpus.wanted.map(\.count) == [1, 0])
        #expect(
            trace.nearness.first?.remarks == ["test.gpus did not give what was nearest: nothing is given on demand"])
        #expect(trace.nearness.first?.pairs.map(\.proximity) == [.node])
    }

    @Test("a provider that fails is at fault, with something wanted or not")
    func fault() {
        gpus.refusesWanted = .fault
        var admission = admission()
        let trace = admission.admit(pod("a", [gpu: 1, nic: 1]))
        guard case .refused(let refusal) = trace.verdict else {
            Issue.record("it was admitted")
            return
        }
        #expect(refusal.kind == .providerFault)
        #expect(trace.nearness.isEmpty)
    }

    @Test("what an init container leaves is taken over, and the partner is chosen after it")
    func takenOver() {
        var admission = admission(.none)
        let trace = admission.admit(
            pod("a", [nic: 1], [gpu: 1, nic: 1], kinds: [.initialization, .app]))
        #expect(given(trace) == [["nic0"], ["gpu1", "nic0"]])
        #expect(trace.allocations.last?.assignments.last?.takenFrom == "c0")
    }

    @Test("what a container holds since before a restart it keeps, though something is nearer")
    func kept() throws {
        var admission = admission(.none)
        let pod = pod("a", [gpu: 1, nic: 1])
        let held = [
            [
                Assignment(gpu, .device(id: "gpu2", nodes: [1])), Assignment(nic, .device(id: "nic0", nodes: [0])),
            ]
        ]
        try admission.restore(pod, held)
        let trace = admission.admit(pod, held: held)
        #expect(given(trace) == [["gpu2", "nic0"]])
        #expect(gpus.wanted == [[]])
    }

    @Test("a shortage is told by the provider, as ever")
    func shortage() {
        var admission = admission(.none)
        let trace = admission.admit(pod("a", [gpu: 1, nic: 3]))
        guard case .refused(let refusal) = trace.verdict else {
            Issue.record("it was admitted")
            return
        }
        #expect(refusal.reason.text == "node 0 has 1, node 1 has 1 free example.org/nic, 3 requested")
        #expect(gpus.devices().map(\.isFree) == [true, true, true, true])
    }
}
