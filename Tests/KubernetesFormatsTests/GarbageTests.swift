// SPDX-License-Identifier: Apache-2.0

import Foundation
import KubernetesFormats
import NUMACore
import TestSupport
import Testing

/// Whatever is in a file, a parser takes it or refuses it in one line that names the file.
@Suite struct GarbageTests {
    enum Format: String, CaseIterable, Sendable {
        case pods, kubelet, arguments, own

        func parse(_ source: SourceText) throws {
            switch self {
            case .pods: _ = try PodFile.parse(source)
            case .kubelet:
                let located = try KubeletConfiguration.parse(source)
                _ = located.configuration.startWarnings(memoryCapacity: .max)
                _ = ProviderSettings.forKubelet(located.configuration)
            case .arguments:
                let arguments = try KubeletArguments.parse(source)
                _ = arguments.configuration.startWarnings()
            case .own: _ = try NUMAHintsConfiguration.parse(source).settings
            }
        }

        /// A valid file that has something of everything.
        var sample: String {
            switch self {
            case .pods:
                """
                apiVersion: v1
                kind: List
                items:
                - {"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "a-"}, "spec": {"containers":
                    [{"name": "c", "resources": {"requests": {"cpu": "500m"}, "limits": {"cpu": 2}}}]}}
                - apiVersion: apps/v1
                  kind: StatefulSet
                  metadata: {name: s, namespace: n}
                  spec:
                    replicas: 2
                    template:
                      spec:
                        initContainers: [{name: i, restartPolicy: Always, resources: &r {limits: {cpu: 1.5}}}]
                        containers:
                        - name: app
                          resources: *r
                        - name: other   # with devices
                          resources:
                            limits:
                              memory: 1.5Gi
                              hugepages-2Mi: 4Mi
                              vendor.com/gpu: "2"
                """
            case .kubelet:
                KubeletConfigurationTests.header + """
                    topologyManagerPolicy: "single-numa-node"
                    topologyManagerPolicyOptions: {max-allowable-numa-nodes: "9"}
                    cpuManagerPolicy: static
                    cpuManagerPolicyOptions: {full-pcpus-only: "true"}
                    memoryManagerPolicy: Static
                    reservedSystemCPUs: 0-3,7
                    kubeReserved: {cpu: 1, memory: 1Gi}
                    evictionHard: {memory.available: 12.5%}
                    reservedMemory:
                    - numaNode: 0
                      limits: {memory: 1Gi, hugepages-1Gi: 1Gi}
                    featureGates: {X: true}
                    """
            case .arguments:
                """
                # flags
                ARGS="--config=/x --eviction-hard="" \\
                  --kube-reserved cpu=100m,memory=1Gi --cpu-manager-policy=static"
                --reserved-memory '0:memory=1Gi;1:memory=2Gi' --reserved-cpus=0-3,5 --feature-gates=A=true
                --topology-manager-policy-options max-allowable-numa-nodes=8
                """
            case .own:
                """
                apiVersion: numa-hints/v1
                topology: {policy: restricted, scope: pod}
                providers:
                - {path: a/b.so, id: x, isolation: process, deadline: 1m2s3ms}
                - id: y
                  settings: {a: [1, -2.5e3, 0x1F, 0o7, ~, true, "s\\u00e9", 'q'], b: &b {c: .5}, d: *b, <<: *b}
                """
            }
        }
    }

    private func check(_ format: Format, _ bytes: [UInt8], _ what: String) {
        do {
            try format.parse(try SourceText(bytes: bytes, file: "garbage"))
        } catch {
            let text = "\(error)"
            let isGood =
                error is NUMAHintsError && text.hasPrefix("garbage:") && !text.utf8.contains(0x0A)
            #expect(isGood, "\(what), seed \(TestEnvironment.seed): \(text)")
        }
    }

    @Test("the samples themselves are taken", arguments: Format.allCases)
    func samples(_ format: Format) throws {
        try format.parse(SourceText(format.sample, file: "sample"))
    }

    @Test("every truncation", arguments: Format.allCases)
    func truncated(_ format: Format) {
        let bytes = Array(format.sample.utf8)
        for count in 0..<bytes.count { check(format, Array(bytes.prefix(count)), "first \(count) bytes") }
    }

    @Test("bits flipped, bytes replaced, parts moved", arguments: Format.allCases)
    func damaged(_ format: Format) {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let sample = Array(format.sample.utf8)
        for number in 0..<TestEnvironment.cases(400) {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<7, using: &random)
                case 1:
                    bytes[place] =
                        Array("\"'{}[]:,&*#|>-?!%@ \n9eE.=<;".utf8).randomElement(using: &random) ?? 0
                default:
                    let from = Int.random(in: 0..<bytes.count, using: &random)
                    let part = bytes[from..<min(bytes.count, from + 20)]
                    bytes.insert(contentsOf: part, at: place)
                }
            }
            check(format, bytes, "damage \(number)")
        }
    }

    @Test("YAML's own words in any order, and bytes in any order", arguments: Format.allCases)
    func soup(_ format: Format) {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let words = [
            "- ", "? ", ": ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", "&a ", "&b ", "*a", "*b ",
            "<<: ", "!!str ",
            "!x ", "| ", ">-\n", "'", "\"", "#", "%YAML 1.1\n", "%TAG ! x\n", "---\n", "...\n", "kind", "Pod",
            "\\", "\t", "é",
            "\u{2028}", "\u{FEFF}", "0", "~", "=", "--cpu-manager-policy", "apiVersion: v1\n",
        ]
        for number in 0..<TestEnvironment.cases(400) {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                bytes += Array((words.randomElement(using: &random) ?? "").utf8)
            }
            check(format, bytes, "soup \(number)")
            let noise = (0..<64).map { _ in UInt8.random(in: 9...255, using: &random) }
            check(format, noise, "noise \(number)")
        }
    }
}
