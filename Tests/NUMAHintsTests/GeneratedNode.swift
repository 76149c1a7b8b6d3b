// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import KubernetesFormats
import Logging
import NUMACore
import NUMAHints
import ProviderHost
import ProviderIsolation
import TestSupport

/// A machine made up at random, with settings for its providers, and pods for it.
struct GeneratedNode {
    let machine: Machine
    private(set) var settings: [String: String]
    let admissionSettings: AdmissionSettings
    let gpus: ResourceName = "example.org/gpu"
    let nics: ResourceName = "example.org/nic"
    private let cpusOfNode: UInt64

    init(_ random: inout SeededGenerator, imitatesKubelet: Bool) {
        let nodes = Int.random(in: 1...4, using: &random)
        let threads = Int.random(in: 1...2, using: &random)
        let cores = Int.random(in: 2...6, using: &random)
        cpusOfNode = UInt64(cores * threads)
        machine =
            MachineBuilder(
                nodes: nodes, cores: cores, threads: threads, memory: 8 << 30, hugepages: [2 << 20: 1 << 30]
            ).machine
        let compat = imitatesKubelet ? "kubelet" : "none"
        var devices: [String] = []
        for (resource, most) in [(gpus, 4), (nics, 5)] {
            for number in 0..<Int.random(in: 1...most, using: &random) {
                let node = Bool.random(using: &random) || resource == gpus ? "[\(number % nodes)]" : "null"
                devices.append(
                    "{\"id\":\"\(resource == gpus ? "gpu" : "nic")-\(number)\",\"nodes\":\(node),"
                        + "\"resource\":\"\(resource)\",\"healthy\":\(Int.random(in: 0..<8, using: &random) > 0)}")
            }
        }
        let options = ["full-pcpus-only", "distribute-cpus-across-numa", "prefer-align-cpus-by-uncorecache"]
        let option = options.randomElement(using: &random) ?? ""
        let isOn = Int.random(in: 0..<3, using: &random) == 0
        let reservations = (0..<nodes).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.flatMap { node in
            [("memory", 1 << 29), ("hugepages-2Mi", 1 << 27)].map { resource, unit in
                let bytes = UInt64.random(in: 1...4, using: &random) * UInt64(unit)
                return "{\"bytes\":\(bytes),\"node\":\(node),\"resource\":\"\(resource)\"}"
            }
        }
        let memory =
            "{\"compat\":\"\(compat)\",\"policy\":\"static\",\"reservedMemory\":[\(reservations.joined(separator: ","))]}"
        // Some CPUs are left.
        let most = min(3, machine.cpus.count - 1)
        let listed = CPUSet(
            machine.cpus.map(\.id).shuffled(using: &random).prefix(Int.random(in: 1...most, using: &random)))
        let reserved =
            Bool.random(using: &random)
            ? "\"reservedMillicpus\":\(Int.random(in: 1...most, using: &random) * 1000)"
            : "\"reservedCPUs\":\"\(listed.list)\""
        settings = [
            "org.numa-hints.cpu":
                "{\"compat\":\"\(compat)\",\"options\":{\"\(option)\":\(isOn)},\(reserved)}",
            "org.numa-hints.devices": "{\"compat\":\"\(compat)\",\"devices\":[\(devices.joined(separator: ","))]}",
            "org.numa-hints.hugepages": memory, "org.numa-hints.memory": memory,
        ]
        var settings = AdmissionSettings(
            scope: Scope.allCases.randomElement(using: &random) ?? .container,
            merge: MergeOptions(policy: Policy.allCases.randomElement(using: &random) ?? .none))
        settings.afterRefusal = imitatesKubelet ? .release : .rollBack
        settings.notesStock = true
        admissionSettings = settings
    }

    mutating func makeDevicesHealthy() {
        settings = settings.mapValues { $0.replacing("\"healthy\":false", with: "\"healthy\":true") }
    }

    /// Fresh instances of the libraries that were built.
    func registry() throws -> ProviderRegistry {
        ProviderRegistry(
            opening: try ProviderSearch().libraries, settings: settings,
            environment: ProviderEnvironment(machine: machine, root: nil))
    }

    /// The same, each instance in a process of its own.
    func isolatedRegistry() throws -> ProviderRegistry {
        var rules = IsolationRules()
        rules.all.isIsolated = true
        rules.program = try ChildProgram.find(folder: nil)
        return ProviderRegistry(
            opening: try ProviderSearch().libraries, settings: settings,
            environment: ProviderEnvironment(machine: machine, root: nil), by: rules)
    }

    /// A node of its own, with the settings changed.
    func node(
        on other: Machine? = nil, _ adjust: (inout NodeSettings) throws -> Void = { _ in }
    ) throws -> Node {
        var settings = NodeSettings()
        settings.admission = admissionSettings
        settings.add(
            self.settings.sorted { $0.key < $1.key }.map { ProviderSettings(id: $0.key, json: $0.value, file: "test") })
        try adjust(&settings)
        return Node(
            other ?? machine, root: nil, settings: settings, search: try ProviderSearch(), logger: Logger(label: "test")
        )
    }

    func admission(_ providers: [any HintProvider]) -> PodAdmission {
        PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: providers, settings: admissionSettings)
    }

    /// A pod that may or may not fit.
    func pod(_ uid: String, _ random: inout SeededGenerator) -> PodSpec {
        let kinds: [ContainerSpec.Kind] = [.initialization, .sidecar]
        var containers: [ContainerSpec] = []
        for index in 0..<Int.random(in: 0...2, using: &random) {
            let kind = kinds.randomElement(using: &random) ?? .initialization
            containers.append(container("init\(index)", kind, &random))
        }
        for index in 0..<Int.random(in: 1...2, using: &random) {
            containers.append(container("app\(index)", .app, &random))
        }
        return PodSpec(uid: uid, name: uid, containers: containers)
    }

    private func container(
        _ name: String, _ kind: ContainerSpec.Kind, _ random: inout SeededGenerator
    ) -> ContainerSpec {
        var requests: ResourceAmounts = [
            .cpu: UInt64.random(in: 1...(cpusOfNode + 2), using: &random) * 1000,
            .memory: UInt64.random(in: 1...10, using: &random) << 29,
        ]
        // Some share CPUs: of a fraction, or of another class.
        if Int.random(in: 0..<6, using: &random) == 0 { requests[.cpu] = 1500 }
        if Bool.random(using: &random) {
            requests["hugepages-2Mi"] = UInt64.random(in: 1...12, using: &random) << 27
        }
        for resource in [gpus, nics] where Int.random(in: 0..<3, using: &random) == 0 {
            requests[resource] = UInt64.random(in: 1...3, using: &random)
        }
        let isGuaranteed = Int.random(in: 0..<5, using: &random) > 0
        return ContainerSpec(name: name, kind: kind, requests: requests, limits: isGuaranteed ? requests : [:])
    }
}

/// What the books of all providers say.
struct BooksState: Equatable {
    var shared: CPUSet?
    var memory: [MemoryState] = []
    var devices: [ListedDevice] = []

    init(_ providers: [ProviderInstance]) throws {
        for provider in providers {
            if let cpus = try provider.sharedCPUs() { shared = cpus }
            memory += try provider.memoryStates()
            devices += try provider.devices()
        }
    }
}

extension PodHoldings {
    /// All its containers start, one after another.
    mutating func startAll(by admission: PodAdmission) {
        for (index, container) in pod.containers.enumerated() {
            admission.started(Holder(podUID: pod.uid, container: container.name))
            started(index)
        }
    }
}
