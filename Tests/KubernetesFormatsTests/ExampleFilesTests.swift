// SPDX-License-Identifier: Apache-2.0

import Foundation
import KubernetesFormats
import NUMACore
import TestSupport
import Testing

@Suite struct ExampleFilesTests {
    private func path(_ name: String) -> String {
        TestEnvironment.root.appendingPathComponent("Examples/\(name)").path
    }

    @Test(
        "the pods",
        arguments: [
            ("dpdk", .guaranteed, [.cpu: 8000, .memory: 16 << 30, "hugepages-1Gi": 8 << 30]),
            ("redis", .guaranteed, [.cpu: 4000, .memory: 16 << 30]),
            ("too-wide", .guaranteed, [.cpu: 24000, .memory: 8 << 30]),
            ("sidecar", .guaranteed, [.cpu: 6000, .memory: 8 << 30]),
            (
                "gpu-nic", .guaranteed,
                [.cpu: 4000, .memory: 16 << 30, "nvidia.com/gpu": 1, "example.com/rdma-vf": 1]
            ),
            ("gpu-worker", .guaranteed, [.cpu: 4000, .memory: 8 << 30, "nvidia.com/gpu": 1]),
        ] as [(String, QOSClass, ResourceAmounts)])
    func pods(_ name: String, _ qos: QOSClass, _ last: ResourceAmounts) throws {
        let file = try PodFile.read(path("pods/\(name).yaml"))
        #expect(file.warnings.isEmpty)
        #expect(file.pods.first?.qos == qos)
        #expect(file.pods.first?.containers.last?.requests == last)
    }

    @Test(
        "the kubelets, each of which would start",
        arguments: [
            ("best-effort", "best-effort"), ("restricted", "restricted"), ("single-numa-node", "single-numa-node"),
            ("root/config", "single-numa-node"),
        ])
    func kubelets(_ name: String, _ policy: String) throws {
        let file = try KubeletConfiguration.read(path("kubelet/\(name).yaml"))
        #expect(file.warnings.isEmpty)
        #expect(file.configuration.topologyManagerPolicy == policy)
        #expect(file.configuration.startWarnings().isEmpty)
    }

    @Test("every example is looked at here")
    func complete() throws {
        let files = FileManager.default
        #expect(try files.contentsOfDirectory(atPath: path("pods")).count == 6)
        #expect(try files.contentsOfDirectory(atPath: path("kubelet")).count == 7)
    }

    @Test("the kubelet's folder contradicts itself nowhere")
    func state() throws {
        let (state, damage) = try KubeletState.readAll(folder: path("kubelet/root"))
        #expect(damage.isEmpty && state.missing.isEmpty && state.problems.isEmpty)
    }
}
