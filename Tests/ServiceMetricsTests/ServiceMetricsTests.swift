// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMAHints
import Service
import TestSupport
import Testing

@Suite("What a service says of itself")
struct ServiceMetricsTests {
    private static let numa = ["boundary": "numa_node"]
    private static let aligned = "kubelet_container_aligned_compute_resources_count"
    private static let misaligned = "kubelet_container_aligned_compute_resources_failure_count"

    @Test("a service that did nothing yet has every counter without free words, at zero")
    func start() throws {
        let service = try RunningService()
        let reply = try service.ask("GET", "/metrics")
        #expect(reply.status == 200)
        #expect(reply.head.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8"))
        let parsed = try ParsedExposition(reply.body)
        let free: [Metric] = [.calls, .refusals, .refusedRequests, .providerFaults]
        for metric in Metric.allCases where metric.kind == .counter && !free.contains(metric) && metric != .cpuSeconds {
            let family = try #require(parsed.families.first { $0.name == metric.rawValue }, "\(metric.rawValue)")
            #expect(family.samples.allSatisfy { $0.value == 0 })
        }
        #expect(parsed.value("kubelet_topology_manager_admission_duration_ms_count") == 0)
        #expect(parsed.value("numa_hints_build_info", ["version": "1.2.3"]) == 1)
        #expect(parsed.value("numa_hints_node_readable") == 1)
        #expect(parsed.value("numa_hints_pods") == 0)
        for name in ["cpu_seconds_total", "open_fds", "resident_memory_bytes", "start_time_seconds"] {
            #expect(try #require(parsed.value("process_" + name)) >= 0)
        }
    }

    @Test("a walk is counted: admitted, held, refused, released, broken")
    func walk() throws {
        let service = try RunningService { $0.policy = .singleNUMANode }
        #expect(try service.ask("POST", "/v1/admit", RunningService.pod("one", cpus: [2, 1])).status == 200)
        #expect(try service.ask("POST", "/v1/admit", RunningService.pod("one", cpus: [2, 1])).status == 200)
        // The first fits, the second does not.
        #expect(try service.ask("POST", "/v1/admit", RunningService.pod("two", cpus: [1, 100])).status == 200)
        #expect(try service.ask("POST", "/v1/admit", "{").status == 400)
        #expect(try service.ask("POST", "/v1/release", "{\"uid\":").status == 400)
        #expect(try service.ask("GET", "/v1/admit").status == 405)
        #expect(try service.ask("GET", "/nowhere").status == 404)
        let held = try service.metrics()
        #expect(held.value("numa_hints_pods") == 1)
        #expect(held.value("kubelet_cpu_manager_exclusive_cpu_allocation_count") == 3)
        #expect(try service.ask("POST", "/v1/release", "{\"uid\":\"one\"}").status == 200)

        let parsed = try service.metrics()
        for (outcome, count) in [("admitted", 1.0), ("held", 1), ("refused", 1), ("failed", 0)] {
            #expect(parsed.value("numa_hints_admissions_total", ["outcome": outcome]) == count, "\(outcome)")
        }
        #expect(parsed.value("kubelet_topology_manager_admission_requests_total") == 3)
        #expect(parsed.value("kubelet_topology_manager_admission_errors_total") == 1)
        #expect(parsed.value("kubelet_topology_manager_admission_duration_ms_count") == 3)
        #expect(parsed.value(Self.aligned, Self.numa.merging(["scope": "container"]) { $1 }) == 3)
        #expect(parsed.value(Self.misaligned, Self.numa.merging(["scope": "container"]) { $1 }) == 1)
        #expect(parsed.value(Self.aligned, Self.numa.merging(["scope": "pod"]) { $1 }) == 0)
        let refusals = try #require(parsed.families.first { $0.name == "numa_hints_refusals_total" })
        #expect(refusals.samples.map(\.value) == [1])
        #expect(refusals.samples[0].labels[0] == .init(name: "kind", value: "TopologyAffinityError"))
        #expect(parsed.value("numa_hints_calls_total", ["call": "admit", "code": "200"]) == 3)
        #expect(parsed.value("numa_hints_calls_total", ["call": "admit", "code": "400"]) == 1)
        #expect(parsed.value("numa_hints_calls_total", ["call": "release", "code": "400"]) == 1)
        #expect(parsed.value("numa_hints_calls_total", ["call": "release", "code": "200"]) == 1)
        #expect(parsed.value("numa_hints_calls_total", ["call": "metrics", "code": "200"]) == 1)
        #expect(parsed.value("numa_hints_call_duration_seconds_count", ["call": "admit"]) == 4)
        #expect(parsed.value("numa_hints_refused_requests_total", ["code": "404"]) == 1)
        #expect(parsed.value("numa_hints_refused_requests_total", ["code": "405"]) == 1)
        // Two containers of the first pod, two of the second.
        #expect(parsed.value("numa_hints_merge_steps_count") == 4)
        #expect(parsed.value("numa_hints_merge_duration_seconds_count") == 4)
        let cpu = ["provider": "org.numa-hints.cpu"]
        func calls(_ call: String) -> Double? {
            parsed.value("numa_hints_provider_call_duration_seconds_count", cpu.merging(["call": call]) { $1 })
        }
        #expect(calls("hints") == 4)
        #expect(calls("prepare") == 3)
        #expect(calls("rollback") == 1)
        #expect(calls("release") == 2)
        #expect(calls("commit") == 2)
        #expect(parsed.value("numa_hints_pods") == 0)
        #expect(parsed.value("kubelet_cpu_manager_exclusive_cpu_allocation_count") == 0)
    }

    @Test("at the scope of pods a pod counts once; under none nothing is aligned or an error")
    func scopes() throws {
        let pods = try RunningService {
            $0.policy = .singleNUMANode
            $0.scope = .pod
        }
        _ = try pods.ask("POST", "/v1/admit", RunningService.pod("one", cpus: [2, 1]))
        _ = try pods.ask("POST", "/v1/admit", RunningService.pod("two", cpus: [1, 100]))
        let parsed = try pods.metrics()
        let scope = Self.numa.merging(["scope": "pod"]) { $1 }
        #expect(parsed.value(Self.aligned, scope) == 1 && parsed.value(Self.misaligned, scope) == 1)
        #expect(parsed.value("numa_hints_merge_steps_count") == 2)

        let none = try RunningService { $0.policy = Policy.none }
        _ = try none.ask("POST", "/v1/admit", RunningService.pod("one", cpus: [2, 1]))
        _ = try none.ask("POST", "/v1/admit", RunningService.pod("two", cpus: [1, 1000]))
        let other = try none.metrics()
        #expect(other.value("kubelet_topology_manager_admission_requests_total") == 2)
        #expect(other.value("numa_hints_admissions_total", ["outcome": "refused"]) == 1)
        #expect(other.value("kubelet_topology_manager_admission_errors_total") == 0)
        #expect(other.value(Self.aligned, Self.numa.merging(["scope": "container"]) { $1 }) == 0)
        #expect(other.value("numa_hints_merge_steps_count") == 0)
    }

    @Test("what nodes have is what the status says")
    func nodes() throws {
        let service = try RunningService()
        _ = try service.ask("POST", "/v1/admit", RunningService.pod("one", cpus: [2, 3]))
        _ = try service.ask("POST", "/v1/admit", RunningService.pod("two", cpus: [5], memory: "3Gi"))
        let parsed = try service.metrics()
        let status = try JSONSerialization.jsonObject(with: Data(service.ask("GET", "/v1/status").body.utf8))
        let nodes = try #require((status as? [String: Any])?["nodes"] as? [[String: Any]])
        #expect(nodes.count == 4)
        var held = 0.0
        for node in nodes {
            let id = "\(try #require(node["id"] as? Int))"
            for amount in try #require(node["amounts"] as? [[String: Any]]) {
                let resource = try #require(amount["resource"] as? String)
                let unit = resource == "cpu" ? 1000.0 : 1
                let labels = ["node": id, "resource": resource]
                let (free, total) = (amount["free"] as? Double, amount["total"] as? Double)
                #expect(parsed.value("numa_hints_node_free", labels) == free.map { $0 / unit })
                #expect(parsed.value("numa_hints_node_capacity", labels) == total.map { $0 / unit })
                #expect(parsed.value("numa_hints_node_held", labels) == (total ?? 0) / unit - (free ?? 0) / unit)
                if resource == "cpu" { held += parsed.value("numa_hints_node_held", labels) ?? 0 }
            }
        }
        #expect(held == 10)
        #expect(parsed.value("kubelet_cpu_manager_exclusive_cpu_allocation_count") == 10)
        let byNode = try #require(parsed.families.first { $0.name == "kubelet_cpu_manager_allocation_per_numa" })
        #expect(byNode.samples.reduce(0) { $0 + $1.value } == 10)
        let free = parsed.families.filter { $0.name == "numa_hints_node_free" }.flatMap(\.samples)
            .filter { $0.labels[1].value == "cpu" }
        #expect(
            parsed.value("kubelet_cpu_manager_shared_pool_size_millicores") == free.reduce(0) { $0 + $1.value } * 1000)
    }

    @Test("where the node cannot be read, the counters are given still")
    func unreadable() throws {
        let folder = try PrivateFolder()
        let machine = folder.url.appendingPathComponent("machine.xml")
        let own = TestEnvironment.root.appendingPathComponent("Examples/machines/two-socket.xml")
        try FileManager.default.copyItem(at: own, to: machine)
        let service = try RunningService(machine: machine.path)
        _ = try service.ask("POST", "/v1/admit", RunningService.pod("one", cpus: [1]))
        #expect(try service.metrics().value("numa_hints_node_readable") == 1)
        try Data("nothing".utf8).write(to: machine)
        let reply = try service.ask("GET", "/metrics")
        #expect(reply.status == 200)
        let parsed = try ParsedExposition(reply.body)
        #expect(parsed.value("numa_hints_node_readable") == 0)
        #expect(parsed.value("numa_hints_admissions_total", ["outcome": "admitted"]) == 1)
        #expect(!parsed.families.contains { $0.name == "numa_hints_node_free" })
    }

    @Test("a process is read as the kernel writes it, whatever its name")
    func process() {
        let fields = (3...52).map { "\($0)" }.joined(separator: " ")
        let figures = ProcessFigures(
            stat: "12 (a ) 1 2 (b) \(fields)\n", systemStat: "cpu 1 2\nbtime 1000\nprocesses 5\n", ticks: 100,
            pageSize: 4096)
        #expect(figures.cpuSeconds == 0.29)
        #expect(figures.residentBytes == 24 * 4096)
        #expect(figures.startTime == 1000.22)
        let none = ProcessFigures(stat: "", systemStat: "", ticks: 100, pageSize: 4096)
        #expect(none == ProcessFigures(stat: "1 (x", systemStat: "btime x", ticks: 0, pageSize: 1))
        #expect(none.cpuSeconds == nil && none.residentBytes == nil && none.startTime == nil)
    }
}
