// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import Foundation
import HintMerge
import KubernetesFormats
import Logging
import NUMACore
import ProviderHost
import TestSupport
import Testing

@testable import NUMAHints

/// What is made of a kubelet's state files.
@Suite("kubelet's state")
struct KubeletStateTests {
    private let gpu: ResourceName = "example.com/gpu"

    private func entry(_ uid: String, _ node: Int, _ ids: String...) -> DeviceManagerCheckpoint.Entry {
        .init(podUID: uid, container: "app", resource: gpu, devices: [.init(node: node, ids: ids)], allocResp: nil)
    }

    /// Two nodes, with NVIDIA's GPUs.
    private func machine(_ gpus: [String: Locality]) -> Machine {
        var machine = MachineBuilder(nodes: 2, cores: 2).machine
        machine.devices = gpus.sorted { $0.key < $1.key }.map {
            Device(address: $0.key, classCode: 0x030200, vendor: 0x10de, device: 1, locality: $0.value)
        }
        return machine
    }

    private func node(_ machine: Machine, _ state: KubeletState, own: String? = nil) throws -> Node {
        var settings = NodeSettings()
        settings.admission.merge.policy = .singleNUMANode
        if let own { settings.add([ProviderSettings(id: DevicePlaces.provider, json: own, file: "own")]) }
        try settings.apply(state, on: machine, root: nil, folder: "kubelet")
        settings.imitateKubelet()
        return Node(
            machine, root: nil, settings: settings, search: try ProviderSearch(), logger: Logger(label: "test"))
    }

    @Test("holdings are those of the files, by pod and container")
    func holdings() {
        let state = KubeletState(
            cpu: CPUManagerCheckpoint(
                policyName: "static", defaultCPUSet: CPUListText([0]),
                pods: [.init(uid: "b", containers: [.init(name: "app", cpus: CPUListText([2, 3]))])]),
            memory: MemoryManagerCheckpoint(
                policyName: "Static", nodes: nil,
                pods: [
                    .init(
                        uid: "b",
                        containers: [
                            .init(name: "app", blocks: [.init(numaAffinity: [0, 1], type: .memory, size: 5)])
                        ])
                ]),
            devices: DeviceManagerCheckpoint(entries: [entry("a", -1, "x"), entry("b", 1, "z", "y")], registered: nil))
        let held = KubeletHoldings(state)
        #expect(held.pods.map(\.uid) == ["a", "b"])
        #expect(held.pods[0].admission.pieces == [[Assignment(gpu, .device(id: "x", nodes: []))]])
        #expect(
            held.pods[1].admission.pieces == [
                [
                    Assignment(.cpu, .cpus([2, 3])), Assignment(.memory, .memory(nodes: [0, 1], bytes: 5, shares: [])),
                    Assignment(gpu, .device(id: "y", nodes: [1])), Assignment(gpu, .device(id: "z", nodes: [1])),
                ]
            ])
        #expect(held.pods[1].admission.pod.containers.first?.requests == [.cpu: 2000, .memory: 5, gpu: 2])
        #expect(state.isHolding("a") && state.isHolding("b") && !state.isHolding("c"))
    }

    @Test("the containers of a known pod keep their kinds, and others are added")
    func known() {
        let known = PodSpec(uid: "a", name: "web", containers: [ContainerSpec(name: "first", kind: .initialization)])
        let state = KubeletState(devices: DeviceManagerCheckpoint(entries: [entry("a", 0, "x")], registered: nil))
        let pod = KubeletHoldings(state, known: [known]).pods[0].admission
        #expect(pod.pod.name == "web")
        #expect(pod.pod.containers.map(\.name) == ["first", "app"])
        #expect(pod.pod.containers.map(\.kind) == [.initialization, .app])
        #expect(pod.pieces.map(\.count) == [0, 1])
    }

    @Test("the books of memory are those of the file, also where holdings alone would come to others")
    func memory() throws {
        let machine = MachineBuilder(nodes: 2, cores: 2, memory: 4 << 30).machine
        func table(_ free: UInt64) -> MemoryManagerCheckpoint.Table {
            .init(
                type: .memory, total: 4 << 30, systemReserved: 0, allocatable: 4 << 30, reserved: (4 << 30) - free,
                free: free)
        }
        // The block of both nodes would be taken from node 0 first.
        let state = KubeletState(
            memory: MemoryManagerCheckpoint(
                policyName: "Static",
                nodes: [
                    .init(id: 0, numberOfAssignments: 1, memory: [table(4 << 30)], cells: [0, 1]),
                    .init(id: 1, numberOfAssignments: 1, memory: [table(1 << 30)], cells: [0, 1]),
                ],
                pods: [
                    .init(
                        uid: "a",
                        containers: [
                            .init(name: "app", blocks: [.init(numaAffinity: [0, 1], type: .memory, size: 3 << 30)])
                        ])
                ]))
        var node = try node(machine, state)
        #expect(try node.restore(KubeletHoldings(state)) == [])
        let books = try node.registry.providers.flatMap { try $0.memoryStates() }
            .filter { $0.tables.contains { $0.resource == .memory } }
        #expect(books.map { $0.tables.first { $0.resource == .memory }?.free } == [4 << 30, 1 << 30])
        #expect(books.map(\.cells) == [[0, 1], [0, 1]])
    }

    @Test("what this machine does not have is said")
    func differences() throws {
        let machine = MachineBuilder(nodes: 1, cores: 2, memory: 4 << 30).machine
        let state = KubeletState(
            cpu: CPUManagerCheckpoint(
                policyName: "static", defaultCPUSet: CPUListText([0]),
                pods: [.init(uid: "b", containers: [.init(name: "app", cpus: CPUListText([1, 7]))])]),
            memory: MemoryManagerCheckpoint(
                policyName: "Static",
                nodes: [
                    .init(
                        id: 0, numberOfAssignments: 0,
                        memory: [
                            .init(
                                type: .memory, total: 8 << 30, systemReserved: 0, allocatable: 8 << 30, reserved: 0,
                                free: 8 << 30)
                        ], cells: [0])
                ], pods: []))
        var node = try node(machine, state)
        let lines = try node.restore(KubeletHoldings(state))
        #expect(lines.contains { $0.contains("CPU 7 is gone") }, "\(lines)")
        #expect(lines.contains { $0.contains("node 0 had 8Gi of 8Gi memory left, and can give 4Gi now") }, "\(lines)")
    }

    @Test("files that cannot be those of a kubelet with these settings on this machine are said")
    func disagreements() throws {
        let machine = MachineBuilder(nodes: 2, cores: 4).machine
        var state = KubeletState(
            cpu: CPUManagerCheckpoint(
                policyName: "static", defaultCPUSet: CPUListText([0, 1]),
                pods: [.init(uid: "b", containers: [.init(name: "app", cpus: CPUListText([2, 3, 4]))])]),
            memory: MemoryManagerCheckpoint(policyName: "None", nodes: nil, pods: []),
            devices: DeviceManagerCheckpoint(
                entries: [entry("b", 7, "x")], registered: [.init(resource: gpu, ids: ["x"])]))
        func warnings(_ cpu: String) throws -> [String] {
            var settings = NodeSettings()
            settings.add([
                ProviderSettings(id: "org.numa-hints.cpu", json: cpu, file: "own"),
                ProviderSettings(id: "org.numa-hints.memory", json: "{\"policy\":\"static\"}", file: "own"),
            ])
            try settings.apply(state, on: machine, root: nil, folder: "k")
            // It is held, and so no free device whose node is unknown.
            #expect(settings.placelessDevices == [:])
            return settings.warnings.map(\.description)
        }
        let memory =
            "k/memory_manager_state: the file is of the policy None, and the settings say static: a kubelet with both does "
            + "not start"
        let device =
            "k/device-plugins/kubelet_internal_checkpoint: the example.com/gpu x is near to node 7, which the machine does "
            + "not have"
        let leaked = { (cpus: String) in
            "k/cpu_manager_state: the CPUs \(cpus) are neither in defaultCpuSet nor held: this kubelet does not give "
                + "them, and here they count as free"
        }
        #expect(try warnings("{\"policy\":\"static\"}") == [memory, leaked("5-7"), device])
        let strict = "{\"options\":{\"strict-cpu-reservation\":true},\"policy\":\"static\",\"reservedCPUs\":\"5-6\"}"
        #expect(try warnings(strict) == [memory, leaked("7"), device])
        state.memory = nil
        state.devices = nil
        let none = try warnings("{\"policy\":\"none\"}")
        #expect(none.first?.contains("the file is of the policy static, and the settings say none") == true, "\(none)")
    }

    @Test("settings of devices that are none are refused, and devices of our own inventories are not given")
    func settings() throws {
        let machine = MachineBuilder(nodes: 1, cores: 2).machine
        let state = KubeletState(devices: DeviceManagerCheckpoint(entries: nil, registered: nil))
        #expect(throws: NUMAHintsError.self) {
            try node(machine, state, own: "{\"devices\":[{\"id\":\"x\",\"nodes\":\"0\"}]}")
        }
        let claims = try node(machine, state).registry.providers.filter { $0.id.hasSuffix(".pci") }.flatMap(\.claims)
        #expect(claims.isEmpty, "\(claims)")
    }

    @Test("a pod that lost something and is looked away is put back as it was; one asked for again has no changes")
    func lost() throws {
        let machine = MachineBuilder(nodes: 1, cores: 8, memory: 4 << 30).machine
        let state = KubeletState(
            cpu: CPUManagerCheckpoint(
                policyName: "static", defaultCPUSet: CPUListText([0]),
                pods: [.init(uid: "b", containers: [.init(name: "app", cpus: CPUListText([1, 2, 3, 4, 99]))])]))
        var node = try node(machine, state)
        #expect(try node.restore(KubeletHoldings(state)) == ["pod uid/b, app: CPU 99 is gone"])
        func pod(_ uid: String, _ cpus: UInt64) -> PodSpec {
            let requests: ResourceAmounts = [.cpu: cpus * 1000, .memory: 1 << 20]
            return PodSpec(uid: uid, name: uid, containers: [.init(name: "app", requests: requests, limits: requests)])
        }
        let before = try BooksState(node.registry.providers)
        let refused = try #require(node.explain([pod("p", 6)], changes: 10).first)
        #expect(refused.changes.contains { if case .holder("b", _, _) = $0.kind { true } else { false } })
        #expect(node.lost == [])
        #expect(try BooksState(node.registry.providers) == before)
        #expect(node.explain([pod("b", 9)], changes: 10).first?.changes == [])
    }

    @Test("what an init container left to a later one is counted once")
    func once() throws {
        let machine = MachineBuilder(nodes: 1, cores: 8, memory: 4 << 30).machine
        let cpus = CPUListText([1, 2, 3, 4])
        let state = KubeletState(
            cpu: CPUManagerCheckpoint(
                policyName: "static", defaultCPUSet: CPUListText([0, 5, 6, 7]),
                pods: [.init(uid: "b", containers: [.init(name: "app", cpus: cpus), .init(name: "zero", cpus: cpus)])]))
        var node = try node(machine, state)
        #expect(try node.restore(KubeletHoldings(state)) == [])
        let requests: ResourceAmounts = [.cpu: 6000, .memory: 1 << 20]
        let pod = PodSpec(
            uid: "p", name: "p", containers: [.init(name: "app", requests: requests, limits: requests)])
        let refused = try #require(node.explain([pod], changes: 10).first)
        #expect(refused.units.last?.cause?.holdings.map(\.amount) == [4000])
        #expect(
            refused.changes.contains {
                $0.kind == .holder(uid: "b", name: "uid/b", frees: [ResourceAmount(.cpu, 4000)])
            })
    }

    @Test("nodes of devices: settings, then the file, then the PCI address; the rest is unknown and said")
    func places() throws {
        let machine = machine(["0000:3b:00.0": .nodes([1]), "0000:5e:00.0": .unknown])
        let checkpoint = DeviceManagerCheckpoint(
            entries: [entry("a", 0, "held"), entry("b", -1, "nowhere")],
            registered: [
                .init(
                    resource: gpu,
                    ids: ["held", "mapped", "nowhere", "3B:00.0", "00000000:3b:00.0", "0000:5e:00.0", "opaque"]),
                .init(resource: "example.com/other", ids: ["opaque"]),
            ])
        let own = ProviderSettings(
            id: DevicePlaces.provider,
            json: "{\"devices\":[{\"id\":\"mapped\",\"nodes\":[1],\"resource\":\"example.com/gpu\"}]}", file: "own")
        let found = KubeletDevices(checkpoint, places: try DevicePlaces(machine, root: nil, own: own), nodes: [0, 1])
        let nodes = Dictionary(uniqueKeysWithValues: found.entries.map { ($0.id, $0.nodes) })
        #expect(
            nodes == [
                "held": [0], "mapped": [1], "nowhere": nil, "3B:00.0": [1], "00000000:3b:00.0": [1],
                "0000:5e:00.0": nil, "opaque": nil,
            ])
        #expect(found.entries.map(\.id) == found.entries.map(\.id).sorted())
        #expect(found.placeless == [gpu: ["0000:5e:00.0", "opaque"]])
        #expect(
            found.warnings
                == ["opaque is a device of example.com/gpu and of example.com/other: it is left out of the latter"])

        let node = try node(machine, KubeletState(devices: checkpoint), own: own.json)
        #expect(node.refusals.isEmpty, "\(node.refusals)")
        let asking = PodSpec(uid: "p", name: "p", containers: [ContainerSpec(name: "c", requests: [gpu: 1])])
        let other = PodSpec(uid: "q", name: "q", containers: [ContainerSpec(name: "c", requests: [.cpu: 1])])
        let lines = node.placelessWarnings([asking, other])
        #expect(lines.count == 1)
        #expect(
            lines.first?.contains("of 2 free example.com/gpu the nodes are not known (0000:5e:00.0, opaque)") == true)
    }

    @Test("a GPU's UUID leads to its node, also of its replicas and instances")
    func uuids() throws {
        let folder = try PrivateFolder()
        let uuid = "GPU-01234567-89ab-cdef-0123-456789abcdef"
        let place = folder.url.appendingPathComponent("proc/driver/nvidia/gpus/0000:3b:00.0")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data("Model: \t\t NVIDIA A100\nGPU UUID: \t \(uuid)\n".utf8)
            .write(to: place.appendingPathComponent("information"))
        let machine = machine(["0000:3b:00.0": .nodes([1])])
        let places = try DevicePlaces(machine, root: folder.url.path, own: nil)
        for id in [uuid, "\(uuid)::3", "MIG-\(uuid)/1/0"] { #expect(places.found(id) == [1], "\(id)") }
        for id in ["MIG-01234567-89ab-cdef-0123-456789abcdef", "GPU-0", "", ":", "a:b.c", "3b:00.0.0"] {
            #expect(places.found(id) == nil, "\(id)")
        }
    }

    @Test("a device that is held and no longer registered is there and given to nobody")
    func unregistered() throws {
        let machine = MachineBuilder(nodes: 1, cores: 2).machine
        let state = KubeletState(
            devices: DeviceManagerCheckpoint(
                entries: [entry("a", -1, "old")], registered: [.init(resource: gpu, ids: ["new"])]))
        var node = try node(machine, state)
        #expect(try node.restore(KubeletHoldings(state)) == [])
        let pod = PodSpec(uid: "p", name: "p", containers: [ContainerSpec(name: "c", requests: [gpu: 1])])
        let traces = node.explain([pod]).map(\.trace)
        #expect(traces.first?.allocations.first?.assignments.map(\.piece) == [.device(id: "new", nodes: [])])
    }
}
