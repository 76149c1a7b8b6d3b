// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Testing

@Suite struct PodFileTests {
    /// A pod of one container with these lines under `resources:`, indented by ten.
    static func pod(_ resources: String) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: one}
        spec:
          containers:
            - name: app
              resources:
        """ + "\n" + resources
    }

    @Test("what is limited and not requested is requested as limited")
    func defaults() throws {
        let text = Self.pod(
            """
                      requests: {cpu: 500m}
                      limits: {cpu: "2", memory: 1Gi, hugepages-2Mi: 4Mi, vendor.com/gpu: 2}
            """)
        let pods = try PodFile.parse(text, file: "pod.yaml")
        let container = try #require(pods.pods.first?.containers.first)
        #expect(
            container.requests == [
                .cpu: 500, .memory: 1 << 30, "hugepages-2Mi": 4 << 20, "vendor.com/gpu": 2,
            ])
        #expect(container.limits[.cpu] == 2000)
        #expect(pods.pods.first?.qos == .burstable)
        #expect(pods.pods.first?.namespace == "default")
        #expect(pods.warnings.isEmpty)
    }

    @Test("the cache and the forwarder of the guides")
    func guides() throws {
        let text = """
            apiVersion: v1
            kind: Pod
            metadata: {name: redis-on-numa}
            spec:
              containers:
              - name: redis
                image: redis:7
                command: [redis-server, --maxmemory, "14gb"]
                resources:
                  requests: {cpu: "4", memory: "16Gi"}
                  limits: {cpu: "4", memory: "16Gi"}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: forwarder}
            spec:
              containers:
              - name: dpdk
                securityContext: {privileged: true}
                resources:
                  requests: {cpu: "8", memory: "32Gi", hugepages-1Gi: "16Gi"}
                  limits: {cpu: "8", memory: "32Gi", hugepages-1Gi: "16Gi"}
              volumes:
              - {name: hugepages, emptyDir: {medium: HugePages}}
            """
        let pods = try PodFile.parse(text, file: "guides.yaml").pods
        #expect(pods.map(\.name) == ["redis-on-numa", "forwarder"])
        #expect(pods.map(\.qos) == [.guaranteed, .guaranteed])
        #expect(
            pods[1].containers[0].requests == [.cpu: 8000, .memory: 32 << 30, "hugepages-1Gi": 16 << 30])
    }

    @Test("a pod of another scheduler with devices and node affinity, unquoted numbers")
    func batch() throws {
        let text = """
            apiVersion: v1
            kind: Pod
            metadata: {name: 16cpu-2gpu, labels: {app: x}}
            spec:
              schedulerName: kube-batch
              containers:
              - name: app
                command: ["sleep", "3600"]
                resources:
                  limits: {cpu: "16", memory: "100Mi", nvidia.com/gpu: 2}
                  requests: {cpu: 16, memory: "100Mi", nvidia.com/gpu: "2"}
              affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}}
            """
        let pod = try #require(try PodFile.parse(text, file: "batch.yaml").pods.first)
        #expect(pod.containers[0].requests == [.cpu: 16000, .memory: 100 << 20, "nvidia.com/gpu": 2])
        #expect(pod.qos == .guaranteed)
    }

    @Test("init containers and sidecars come first")
    func order() throws {
        let text = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              containers: [{name: app}, {name: helper}]
              initContainers: [{name: first}, {name: side, restartPolicy: Always}, {name: last}]
            """
        let pod = try #require(try PodFile.parse(text, file: "pod.yaml").pods.first)
        #expect(pod.containers.map(\.name) == ["first", "side", "last", "app", "helper"])
        #expect(pod.containers.map(\.kind) == [.initialization, .sidecar, .initialization, .app, .app])
        #expect(pod.qos == .bestEffort)
    }

    @Test(
        "workloads",
        arguments: [
            ("Deployment", "apps/v1", "w"), ("StatefulSet", "apps/v1", "w-0"), ("DaemonSet", "apps/v1", "w"),
            ("ReplicaSet", "apps/v1", "w"), ("Job", "batch/v1", "w"), ("ReplicationController", "v1", "w"),
        ])
    func workload(_ kind: String, _ version: String, _ name: String) throws {
        let text = """
            {"apiVersion": "\(version)", "kind": "\(kind)", "metadata": {"name": "w", "namespace": "n"},
             "spec": {"template": {"spec": {"containers": [
               {"name": "c", "resources": {"limits": {"cpu": 2}}}]}}}}
            """
        let pod = try #require(try PodFile.parse(text, file: "w.json").pods.first)
        #expect(pod.name == name)
        #expect(pod.namespace == "n")
        #expect(pod.containers[0].requests[.cpu] == 2000)
    }

    @Test("a CronJob, its replicas counted as one, and what stands beside")
    func mixed() throws {
        let text = """
            apiVersion: v1
            kind: Service
            metadata: {name: s}
            ---
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: d}
            spec:
              replicas: 3
              template:
                spec:
                  resources: {limits: {cpu: 4}}
                  containers:
                    - name: c
                      resources:
                        requests: {ephemeral-storage: 1Gi, memory: 512m}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: j}
            spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}
            """
        let result = try PodFile.parse(text, file: "m.yaml")
        #expect(result.pods.map(\.name) == ["d", "j"])
        #expect(
            result.warnings.map(\.description) == [
                "m.yaml:2: Service left out: it has no pods",
                "m.yaml:17: ephemeral-storage left out: it is not placed on NUMA nodes",
                "m.yaml:17: memory: 512m is not a whole number of bytes, taken as 1",
                "m.yaml:13: spec.resources of the whole pod left out: only its containers' count",
                "m.yaml:10: replicas: 3, one pod is looked at",
            ])
    }

    @Test("lists, with and without kinds of their items")
    func lists() throws {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}"
        let bare = "{metadata: {name: b}, spec: {containers: [{name: c}]}}"
        let list = try PodFile.parse("{apiVersion: v1, kind: List, items: [\(pod)]}", file: "l")
        #expect(list.pods.map(\.name) == ["a"])
        let pods = try PodFile.parse("{apiVersion: v1, kind: PodList, items: [\(bare), \(pod)]}", file: "l")
        #expect(pods.pods.map(\.name) == ["b", "a"])
    }

    @Test("a uid is kept, or made up the same each time, and differs from pod to pod")
    func uid() throws {
        let spec = "spec: {containers: [{name: c}]}"
        func uids(_ metadata: String...) throws -> [String] {
            let documents = metadata.map { "{apiVersion: v1, kind: Pod, metadata: {\($0)}, \(spec)}" }
            return try PodFile.parse(documents.joined(separator: "\n---\n"), file: "p").pods.map(\.uid)
        }
        #expect(
            try uids("name: a, uid: 08b4a90a-534a-4fc6-90c3-b57ee777071d").first?.hasPrefix("08b4") == true)
        let made = try uids("name: a", "name: b", "name: a")
        #expect(try uids("name: a", "name: b", "name: a") == made)
        #expect(Set(made).count == 3)
        #expect(
            made.allSatisfy { $0.count == 36 && $0.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12] })
        // Pinned: books that outlive a release refer to it.
        #expect(made[0] == "6e587b48-179c-8575-be4c-009b98c0f4e7")
        let named = try PodFile.parse(
            "{apiVersion: v1, kind: Pod, metadata: {generateName: web-}, \(spec)}", file: "p")
        #expect(named.pods[0].name.hasPrefix("web-"))
        #expect(named.pods[0].name.count == 9)
    }

    @Test("anchors, aliases and merge keys")
    func aliases() throws {
        let text = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              containers:
                - name: a
                  resources: &r {limits: &l {cpu: 1, memory: 1Gi}}
                - name: b
                  resources: *r
                - name: c
                  resources: {limits: {<<: *l, cpu: 3}}
            """
        let pod = try #require(try PodFile.parse(text, file: "p.yaml").pods.first)
        #expect(pod.containers.map { $0.requests[.cpu] } == [1000, 1000, 3000])
        #expect(pod.containers[2].requests[.memory] == 1 << 30)
    }

    @Test("fields with nothing in them are as if they were not there")
    func nulls() throws {
        let text = """
            {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: null, uid: ~}, spec: {initContainers: null,
             containers: [{name: c, resources: {limits: , requests: null}}]}}
            """
        #expect(try PodFile.parse(text, file: "p").pods.first?.containers.first?.requests == [:])
    }
}
