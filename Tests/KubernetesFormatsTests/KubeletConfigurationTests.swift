// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Testing

@Suite struct KubeletConfigurationTests {
    static let header = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"

    private func configuration(_ rest: String) throws -> KubeletConfiguration.Located {
        try KubeletConfiguration.parse(Self.header + rest, file: "kubelet.yaml")
    }

    @Test("every field that placement depends on, among others")
    func fields() throws {
        let located = try configuration(
            """
            address: 0.0.0.0
            maxPods: 110
            cpuManagerReconcilePeriod: 10s
            evictionSoft: {memory.available: 1Gi}
            systemReservedCgroup: /system
            authentication: {anonymous: {enabled: false}}
            topologyManagerPolicy: restricted
            topologyManagerScope: pod
            topologyManagerPolicyOptions: {prefer-closest-numa-nodes: "true", max-allowable-numa-nodes: "16"}
            cpuManagerPolicy: static
            cpuManagerPolicyOptions: {full-pcpus-only: "true", distribute-cpus-across-numa: "false"}
            memoryManagerPolicy: Static
            reservedSystemCPUs: "0,2-3"
            systemReserved: {cpu: 500m, memory: 1Gi, ephemeral-storage: 1Gi, pid: "100"}
            kubeReserved: {cpu: 250m, memory: 512Mi}
            evictionHard: {memory.available: 512Mi, nodefs.available: 10%}
            reservedMemory:
            - {numaNode: 1, limits: {memory: 1Gi}}
            - {numaNode: 0, limits: {memory: 1Gi}}
            featureGates: {CPUManagerPolicyAlphaOptions: true}
            """)
        let kubelet = located.configuration
        #expect(located.warnings.isEmpty)
        #expect(kubelet.startWarnings().isEmpty)
        #expect(kubelet.topologyManagerPolicy == "restricted")
        #expect(kubelet.topologyManagerScope == "pod")
        #expect(kubelet.preferClosestNUMANodes)
        #expect(kubelet.maxAllowableNUMANodes == 16)
        #expect(kubelet.cpuManagerPolicy == "static")
        #expect(
            kubelet.cpuManagerPolicyOptions == [
                .init("distribute-cpus-across-numa", "false"), .init("full-pcpus-only", "true"),
            ])
        #expect(kubelet.memoryManagerPolicy == "Static")
        #expect(kubelet.reservedSystemCPUs?.list == "0,2-3")
        #expect(kubelet.reservedMillicpus == 750)
        #expect(kubelet.evictionHardMemory == .bytes(512 << 20))
        #expect(
            kubelet.reservedMemory == [
                .init(node: 0, resource: .memory, bytes: 1 << 30),
                .init(node: 1, resource: .memory, bytes: 1 << 30),
            ])
        #expect(kubelet.featureGates == [.init("CPUManagerPolicyAlphaOptions", "true")])
    }

    @Test("what a kubelet does that is told nothing; JSON is taken too")
    func defaults() throws {
        let text = "{\"apiVersion\": \"kubelet.config.k8s.io/v1beta1\", \"kind\": \"KubeletConfiguration\"}"
        let kubelet = try KubeletConfiguration.parse(text, file: "k.json").configuration
        #expect(kubelet.topologyManagerPolicy == "none")
        #expect(kubelet.topologyManagerScope == "container")
        #expect(kubelet.cpuManagerPolicy == "none")
        #expect(kubelet.memoryManagerPolicy == "None")
        #expect(kubelet.evictionHardMemory == .bytes(100 << 20))
        #expect(kubelet.maxAllowableNUMANodes == nil)
        #expect(kubelet.startWarnings().isEmpty)
    }

    @Test("what a running kubelet says about itself")
    func configz() throws {
        let text = """
            {"kubeletconfig": {"cpuManagerPolicy": "static", "kubeReserved": {"cpu": "80m"},
              "enableServer": true, "evictionHard": {"memory.available": "750Mi"}}}
            """
        let kubelet = try KubeletConfiguration.parse(text, file: "configz.json").configuration
        #expect(kubelet.cpuManagerPolicy == "static")
        #expect(kubelet.reservedMillicpus == 80)
        #expect(kubelet.evictionHardMemory == .bytes(750 << 20))
    }

    @Test(
        "hard eviction of memory",
        arguments: [
            ("", .bytes(100 << 20)), ("evictionHard: {}", .bytes(0)), ("evictionHard:", .bytes(100 << 20)),
            ("evictionHard: {nodefs.available: 5%}", .bytes(0)),
            ("evictionHard: {nodefs.available: 5%}\nmergeDefaultEvictionSettings: true", .bytes(100 << 20)),
            ("evictionHard: {memory.available: 5%}", .percent(5)),
            ("evictionHard: {memory.available: '0%'}", .bytes(0)),
            ("evictionHard: {memory.available: 100%}", .bytes(0)),
            ("evictionHard: {memory.available: 1Gi}", .bytes(1 << 30)),
        ] as [(String, KubeletConfiguration.EvictionThreshold)])
    func eviction(_ text: String, _ threshold: KubeletConfiguration.EvictionThreshold) throws {
        #expect(try configuration(text).configuration.evictionHardMemory == threshold)
    }

    @Test("a percentage of a machine")
    func percentage() {
        #expect(KubeletConfiguration.EvictionThreshold.percent(5).bytes(ofCapacity: 1000) == 50)
        #expect(KubeletConfiguration.EvictionThreshold.percent(100).bytes(ofCapacity: .max) == .max)
        #expect(KubeletConfiguration.EvictionThreshold.percent(5).bytes(ofCapacity: nil) == nil)
        #expect(KubeletConfiguration.EvictionThreshold.percent(.nan).bytes(ofCapacity: 7) == 7)
    }

    @Test(
        "odd but accepted",
        arguments: [
            ("cpuManagerPolcy: static", "3: cpuManagerPolcy is ignored, did you mean cpuManagerPolicy?"),
            ("reservedSystemCpus: '0'", "3: reservedSystemCpus is ignored, did you mean reservedSystemCPUs?"),
            (
                "cpuManagerPolicyOptions: {full-pcpus-only: true}",
                "3: cpuManagerPolicyOptions: a kubelet wants quotes: full-pcpus-only: \"true\""
            ),
            (
                "kubeReserved: {hugepages-2Mi: 2Mi}",
                "3: a kubelet would not start: kubeReserved cannot reserve hugepages-2Mi, "
                    + "only cpu, memory, ephemeral-storage and pid"
            ),
            (
                "reservedMemory: [{numaNode: 0, limits: {memory: 0}}]",
                "3: a kubelet would not start: reservedMemory of node 0, memory, is 0"
            ),
            (
                "reservedMemory: [{numaNode: 0, limits: {memory: 1}},\n  {numaNode: 0, limits: {memory: 2}}]",
                "4: a kubelet would not start: reservedMemory of node 0, memory, is there twice, the sum is taken"
            ),
        ])
    func warnings(_ text: String, _ warning: String) throws {
        #expect(try configuration(text).warnings.map(\.description) == ["kubelet.yaml:\(warning)"])
    }

    private static let memory =
        "memoryManagerPolicy: Static\nsystemReserved: {memory: 4Gi}\nevictionHard: {memory.available: "

    @Test(
        "what a kubelet would not start with",
        arguments: [
            (
                "cpuManagerPolicy: static",
                "3: cpuManagerPolicy static needs some cpu in kubeReserved or systemReserved, or reservedSystemCPUs"
            ),
            (
                "cpuManagerPolicyOptions: {full-pcpus-only: \"true\"}",
                "3: cpuManagerPolicyOptions need cpuManagerPolicy: static"
            ),
            (
                "cpuManagerPolicy: static\nreservedSystemCPUs: \"0\"\ncpuManagerPolicyOptions: "
                    + "{full-pcpu-only: \"true\"}",
                "5: cpuManagerPolicyOptions has no option \"full-pcpu-only\", did you mean full-pcpus-only?"
            ),
            (
                "cpuManagerPolicy: static\nreservedSystemCPUs: \"0\"\ncpuManagerPolicyOptions: "
                    + "{prefer-align-cpus-by-uncorecache: \"true\", distribute-cpus-across-numa: \"1\"}",
                "5: prefer-align-cpus-by-uncorecache and distribute-cpus-across-numa exclude each other"
            ),
            (
                "cpuManagerPolicy: static\nreservedSystemCPUs: \"0\"\nfeatureGates: {AllAlpha: true}\n"
                    + "topologyManagerPolicy: single-numa-node\n"
                    + "cpuManagerPolicyOptions: {align-by-socket: \"true\"}",
                "7: align-by-socket does not go with single-numa-node"
            ),
            (
                "cpuManagerPolicy: static\nkubeReserved: {cpu: 1m}\n"
                    + "cpuManagerPolicyOptions: {align-by-socket: \"true\"}",
                "5: align-by-socket needs the feature gate CPUManagerPolicyAlphaOptions"
            ),
            (
                "topologyManagerPolicy: restricted\ntopologyManagerPolicyOptions: {max-allowable-numa-nodes: \"4\"}",
                "4: max-allowable-numa-nodes is 4, must be 8 or more"
            ),
            (
                "topologyManagerPolicy: restricted\ntopologyManagerPolicyOptions: {closest: \"true\"}",
                "4: topologyManagerPolicyOptions has no option \"closest\""
            ),
            ("memoryManagerPolicy: Static", "3: memoryManagerPolicy Static needs reservedMemory"),
            (
                // The guide that people follow: two nodes of 2Gi each beside 4Gi, and eviction forgotten.
                "memoryManagerPolicy: Static\nsystemReserved: {memory: 4Gi}\nreservedMemory:\n"
                    + "- {numaNode: 0, limits: {memory: 2Gi}}\n- {numaNode: 1, limits: {memory: 2Gi}}",
                "5: reservedMemory sums up to 4Gi of memory, must be 4196Mi "
                    + "(kubeReserved 0 + systemReserved 4Gi + evictionHard 100Mi)"
            ),
            (
                memory + "0%}\nreservedMemory:\n- {numaNode: 0, limits: {memory: 4Gi, hugepages-1Gi: 2Gi}}",
                "6: reservedMemory sums up to 2Gi of hugepages-1Gi, must be 0: "
                    + "neither kubeReserved nor systemReserved can have any"
            ),
            (
                memory + "50%}\nreservedMemory: [{numaNode: 0, limits: {memory: 4Gi}}]",
                "6: reservedMemory sums up to 4Gi of memory, must be 6Gi "
                    + "(kubeReserved 0 + systemReserved 4Gi + evictionHard 2Gi)"
            ),
        ])
    func start(_ text: String, _ warning: String) throws {
        let kubelet = try configuration(text).configuration
        let parts = warning.split(separator: " ", maxSplits: 1)
        #expect(
            kubelet.startWarnings(memoryCapacity: 4 << 30).map(\.description) == [
                "kubelet.yaml:\(parts[0]) a kubelet would not start: \(parts[1])"
            ])
    }

    @Test(
        "configurations that are refused",
        arguments: [
            BadFile("", line: nil, "the file is empty", "KubeletConfiguration"),
            BadFile("[]", line: 1, "must be a mapping, found a list"),
            BadFile("kind: Pod\n", line: 1, "kind must be KubeletConfiguration, found Pod"),
            BadFile("kind: KubeletConfiguration\n", line: 1, "apiVersion must be", "found nothing"),
            BadFile(
                "apiVersion: v1\nkind: KubeletConfiguration\n", line: 1,
                "apiVersion must be kubelet.config.k8s.io/v1beta1, found v1"),
            BadFile(header + "---\nkind: x\n", line: 4, "a second document"),
            BadFile(
                header + "topologyManagerPolicy: single-numa\n", line: 3, "must be one of none, best-effort",
                "found \"single-numa\""),
            BadFile(
                header + "topologyManagerPolicy: [restricted]\n", line: 3, "must be a text, found a list"),
            BadFile(header + "topologyManagerPolicy: Restricted\n", line: 3, "did you mean restricted?"),
            BadFile(header + "topologyManagerScope: node\n", line: 3, "must be one of container, pod"),
            BadFile(header + "cpuManagerPolicy: dynamic\n", line: 3, "must be one of none, static"),
            BadFile(
                header + "memoryManagerPolicy: static\n", line: 3, "None, Static", "did you mean Static?"),
            BadFile(header + "reservedSystemCPUs: 3-1\n", line: 3, "list of CPUs like 0,2-3"),
            BadFile(header + "reservedSystemCPUs: \"99999999999\"\n", line: 3, "list of CPUs"),
            BadFile(header + "systemReserved: {cpu: -1}\n", line: 3, "cpu: -1 is negative"),
            BadFile(header + "systemReserved: 2Gi\n", line: 3, "systemReserved must be a mapping"),
            BadFile(header + "kubeReserved: {memory: 2GB}\n", line: 3, "memory: \"2GB\" is no quantity"),
            BadFile(
                header + "evictionHard: {memory.available: 200%}\n", line: 3, "0% to 100%", "\"200%\""),
            BadFile(header + "evictionHard: {memory.available: nan%}\n", line: 3, "0% to 100%"),
            BadFile(
                header + "cpuManagerPolicyOptions: {full-pcpus-only: \"yes\"}\n", line: 3,
                "full-pcpus-only must be true or false, found \"yes\""),
            BadFile(header + "cpuManagerPolicyOptions: {a: {}}\n", line: 3, "a must be a text"),
            BadFile(
                header + "topologyManagerPolicyOptions: {max-allowable-numa-nodes: \"many\"}\n", line: 3,
                "max-allowable-numa-nodes must be a whole number"),
            BadFile(header + "featureGates: {X: maybe}\n", line: 3, "featureGates: X must be true or false"),
            BadFile(header + "reservedMemory: {}\n", line: 3, "reservedMemory must be a list"),
            BadFile(header + "reservedMemory:\n- limits: {memory: 1Gi}\n", line: 4, "numaNode is missing"),
            BadFile(
                header + "reservedMemory: [{numaNode: -1}]\n", line: 3, "numaNode must be a whole number"),
            BadFile(
                header + "reservedMemory:\n- {numaNode: 0, limits: {cpu: 1}}\n", line: 4,
                "reservedMemory of node 0: \"cpu\" must be memory or hugepages-<size>"),
            BadFile(header + "cpuManagerPolicy: none\ncpuManagerPolicy: static\n", line: 4, "given twice"),
        ])
    func refused(_ file: BadFile) { file.check { try KubeletConfiguration.parse($0, file: $1) } }
}
