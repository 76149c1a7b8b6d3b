// SPDX-License-Identifier: Apache-2.0

import NUMACore
import TestSupport
import Testing

@testable import KubernetesFormats

/// The fingerprint of a set of pods, digit by digit that of the library that schedulers use.
@Suite("Pods fingerprint")
struct PodsFingerprintTests {
    private func fingerprint(_ pods: [(namespace: String, name: String)]) -> String {
        var fingerprint = PodsFingerprint()
        for pod in pods { fingerprint.add(namespace: pod.namespace, name: pod.name) }
        return fingerprint.text
    }

    /// Known sums of xxHash: of the empty text, of less than a stripe, of more, and with a seed.
    @Test(
        "sums of xxHash",
        arguments: [
            ("", 0, 0xEF46_DB37_51D8_E999), ("a", 0, 0xD24E_C4F1_A98C_6E5B), ("abc", 0, 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
            ("xxhash", 20_141_025, 0xB559_B98D_844E_0635),
        ] as [(String, UInt64, UInt64)])
    func sums(_ text: String, _ seed: UInt64, _ sum: UInt64) {
        #expect(XXHash64.hash(Array(text.utf8), seed: seed) == sum)
    }

    /// The sets of pods and their signs as k8stopologyawareschedwg/podfingerprint has them under `testdata`.
    private static let vectors: [(pods: [(namespace: String, name: String)], sign: String)] = [
        ([], "pfp0v001ef46db3751d8e999"),
        (["jaeger-dpgjk", "nginx-rt684", "envoy-g9m22"].map { ("production", $0) }, "pfp0v001607b76a0e9d3aeb4"),
        (
            [
                ("analytics", "controller-69dkj"), ("kube-public", "subscriber-tq6v7"),
                ("kube-public", "transformer-hfbng"), ("kube-public", "validator-c6pn5"),
                ("kube-system", "proxy-wszrd"), ("middleware", "processor-jkrl4"), ("network", "gateway-vsll5"),
                ("network", "importer-kzdfr"), ("network", "importer-q5vt9"), ("staging", "prometheus-bwgbn"),
            ], "pfp0v001567144e4a561bb5a"
        ),
        (
            [
                "importer-kxqpk", "processor-424xv", "transformer-84vpn", "jaeger-6g6n9", "publisher-cq98w",
                "subscriber-24lpk", "collector-zvl28", "watcher-bj7b6", "transformer-mk7qw", "mongodb-b5pxs",
                "watcher-4qzlg", "publisher-ftpnk", "fluentd-fs9j8", "jaeger-flvh4", "manager-l6n55",
                "grafana-q7sdf", "prometheus-qds9v", "collector-b7fx4", "consumer-l94c8", "redis-k7rmn",
            ].map { ("development", $0) }, "pfp0v00111a79869f24a9528"
        ),
    ]

    @Test("the signs of known sets of pods, in any order", arguments: vectors.indices)
    func signs(_ index: Int) {
        let (pods, sign) = Self.vectors[index]
        #expect(fingerprint(pods) == sign)
        var random = SeededGenerator(seed: TestEnvironment.seed)
        #expect(fingerprint(pods.shuffled(using: &random)) == sign)
        #expect(fingerprint(pods + [("other", "pod")]) != sign)
        #expect(fingerprint(pods.map { ($0.name, $0.namespace) }) != sign || pods.isEmpty)
    }

    @Test("Law: the text has eight and sixteen characters, whatever the pods")
    func length() {
        for number in 0..<500 {
            let text = fingerprint([("default", "pod-\(number)")])
            #expect(text.utf8.count == 24 && text.hasPrefix("pfp0v001"), "\(text)")
        }
    }

    // MARK: Which pods have exclusive resources

    private func container(
        _ requests: ResourceAmounts, kind: ContainerSpec.Kind = .app, limited: Bool = true
    ) -> ContainerSpec {
        ContainerSpec(name: "a", kind: kind, requests: requests, limits: limited ? requests : [:])
    }

    private func isExclusive(_ containers: ContainerSpec...) -> Bool {
        PodSpec(uid: "u", name: "n", containers: containers).hasExclusiveResources(listed: ["example.org/gpu"])
    }

    @Test("whole CPUs and memory count in Guaranteed pods, devices that are listed in all")
    func exclusive() {
        #expect(isExclusive(container([.cpu: 2000, .memory: 1 << 30])))
        #expect(isExclusive(container([.cpu: 1500, .memory: 1 << 30])), "for its memory")
        #expect(!isExclusive(container([.cpu: 2000, .memory: 1 << 30], limited: false)))
        #expect(!isExclusive(container([.cpu: 2000])), "a pod that limits no memory is not Guaranteed")
        #expect(isExclusive(container(["example.org/gpu": 1], limited: false)))
        #expect(!isExclusive(container(["example.org/nic": 1], limited: false)), "no zone lists it")
        #expect(!isExclusive(container(["scheduling.kubernetes.io/foo": 1], limited: false)))
        #expect(!isExclusive(container([:])))
    }

    @Test("what an init container asks for does not last; what a sidecar asks for does")
    func kinds() {
        let gpu = container(["example.org/gpu": 1], kind: .initialization, limited: false)
        #expect(!isExclusive(gpu, container([.cpu: 500], limited: false)))
        #expect(isExclusive(container(["example.org/gpu": 1], kind: .sidecar, limited: false)))
    }
}
