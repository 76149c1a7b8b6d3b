// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import PCIProvider
import ProviderKit
import TestSupport
import Testing

@Suite("PCIProvider")
struct PCIProviderTests {
    private let gpu: ResourceName = "nvidia.com/gpu"
    private let machine = MachineBuilder(nodes: 2, cores: 4).machine

    private func function(
        _ address: String, vendor: UInt16 = 0x10de, class code: UInt32 = 0x030200, driver: String? = "nvidia",
        node: Int? = 0
    ) -> PCITree.Function {
        var function = PCITree.Function(address, vendor: vendor, classCode: code)
        function.driver = driver
        function.node = node
        return function
    }

    private func provider(_ tree: PCITree, _ settings: String? = nil) throws -> PCIProvider {
        try PCIProvider(context: ProviderContext(machine: machine, settings: settings, root: tree.root))
    }

    private func request(_ resource: ResourceName, _ count: UInt64) -> ResourceRequest {
        let container = ContainerSpec(name: "c", requests: [resource: count], limits: [resource: count])
        let pod = PodSpec(uid: "u", name: "p", containers: [container])
        return ResourceRequest(pod: pod, container: 0, candidateNodes: machine.nodeMask, held: [[]])
    }

    @Test("built-in rules: the GPUs of well-known makers that their drivers have, and no side functions")
    func builtIn() throws {
        let tree = try PCITree([
            function("0000:01:00.0"), function("0000:01:00.1", class: 0x040300, driver: "snd_hda_intel"),
            function("0000:02:00.0", driver: "vfio-pci"), function("0000:03:00.0", driver: nil),
            function("0000:04:00.0", vendor: 0x1002, class: 0x038000, driver: "amdgpu", node: 1),
            function("0000:05:00.0", vendor: 0x8086, class: 0x030000, driver: "i915"),
            function("0000:06:00.0", vendor: 0x1da3, class: 0x120000, driver: "habanalabs"),
            function("0000:07:00.0", vendor: 0x1a03, class: 0x030000, driver: "ast"),
            function("0000:08:00.0", vendor: 0x144d, class: 0x010802, driver: "nvme"),
            function("0000:09:00.0", vendor: 0x10de, class: 0x068000, driver: "nvidia-nvswitch"),
        ])
        let provider = try provider(tree)
        #expect(
            provider.devices().map { "\($0.resource) \($0.id)" } == [
                "nvidia.com/gpu 0000:01:00.0", "amd.com/gpu 0000:04:00.0", "gpu.intel.com/i915 0000:05:00.0",
                "habana.ai/gaudi 0000:06:00.0",
            ])
        #expect(
            provider.claims.map(\.pattern) == [
                "amd.com/gpu", "gpu.intel.com/i915", "habana.ai/gaudi", "nvidia.com/gpu",
            ])
        #expect(try self.provider(tree, #"{"presets": false}"#).claims == [])
        let named = try self.provider(tree, #"{"presets": ["numa-hints.org/nvme", "numa-hints.org/accelerator"]}"#)
        #expect(named.devices().map(\.id) == ["0000:06:00.0", "0000:08:00.0"])
    }

    @Test("settings: what is bound to vfio-pci or to nobody is offered where a rule says so")
    func rules() throws {
        let tree = try PCITree([
            function("0000:01:00.0"), function("0000:02:00.0", driver: "vfio-pci"),
            function("0000:03:00.0", driver: nil),
        ])
        let provider = try provider(
            tree,
            #"""
            {"rules": [{"resource": "example.org/passthrough", "vendors": ["10de"], "drivers": ["vfio-pci"]},
                       {"resource": "nvidia.com/gpu", "vendors": ["10de"], "drivers": ["none"]},
                       {"resource": "example.org/never", "devices": ["ffff"]}]}
            """#)
        #expect(
            provider.devices().map { "\($0.resource) \($0.id)" } == [
                "example.org/passthrough 0000:02:00.0", "nvidia.com/gpu 0000:03:00.0",
            ])
        #expect(provider.claims.map(\.pattern) == ["example.org/never", "example.org/passthrough", "nvidia.com/gpu"])
        guard case .impossible(let reason) = provider.hints(for: request("example.org/never", 1)).first?.placement
        else {
            Issue.record("a resource without devices has no place")
            return
        }
        #expect(reason.text == "there is no example.org/never, 1 requested")
    }

    @Test("UUIDs: by the driver, by settings, or not offered and said")
    func uuids() throws {
        let tree = try PCITree([function("0000:01:00.0"), function("0000:02:00.0"), function("0000:03:00.0")])
        try tree.write("/proc/driver/nvidia/gpus/0000:01:00.0/information", "GPU UUID: GPU-a\nDevice Minor: 0\n")
        let lines = Lines()
        let settings = #"""
            {"rules": [{"resource": "nvidia.com/gpu", "vendors": ["10de"], "ids": "uuid", "cdi": "nvidia.com/gpu={id}",
                        "uuids": {"0000:02:00.0": "GPU-b"}, "env": {"NVIDIA_VISIBLE_DEVICES": "{ids}"},
                        "mounts": ["/a:/b:ro"]}]}
            """#
        var provider = try PCIProvider(
            context: ProviderContext(machine: machine, settings: settings, root: tree.root) { lines.add($1.text) })
        #expect(provider.devices().map(\.id) == ["GPU-a", "GPU-b"])
        #expect(
            lines.all.contains(
                "0000:03:00.0 is not offered as nvidia.com/gpu: it has no UUID, neither by the driver nor in \"uuids\"")
        )
        let affinity = Placement(affinity: TopologyHint(nodes: [0], isPreferred: true))
        let pieces = try provider.prepare(request(gpu, 2), affinity)
        #expect(
            pieces.first?.attributes.map { "\($0.key)=\($0.value)" } == [
                "cdi=nvidia.com/gpu=GPU-a", "device=/dev/nvidia-uvm", "device=/dev/nvidia-uvm-tools",
                "device=/dev/nvidia0",
                "device=/dev/nvidiactl", "mount=/a:/b:ro", "pci-address=0000:01:00.0",
                "env=NVIDIA_VISIBLE_DEVICES=GPU-a,GPU-b",
            ])
        #expect(
            pieces.last?.attributes.map { "\($0.key)=\($0.value)" } == [
                "cdi=nvidia.com/gpu=GPU-b", "mount=/a:/b:ro", "pci-address=0000:02:00.0",
            ])
    }

    @Test("what comes, goes, or changes its driver is noticed; who holds a device keeps it")
    func change() throws {
        let tree = try PCITree([function("0000:01:00.0"), function("0000:02:00.0"), function("0000:03:00.0")])
        var provider = try provider(tree, #"{"rules": [{"resource": "nvidia.com/gpu", "vendors": ["10de"]}]}"#)
        let wanted = Placement(
            affinity: TopologyHint(nodes: nil, isPreferred: false),
            wanted: [Assignment(gpu, .device(id: "0000:02:00.0", nodes: []))])
        #expect(try provider.prepare(request(gpu, 1), wanted).count == 1)
        #expect(try !provider.refresh())
        try tree.remove("0000:02:00.0")
        try tree.add(function("0000:04:00.0"))
        try tree.link("\(tree.path(of: "0000:01:00.0"))/driver", to: "../../../bus/pci/drivers/vfio-pci")
        #expect(try provider.refresh())
        func shown() -> [String] {
            provider.devices().map { "\($0.id) \($0.isHealthy ? "healthy" : "not") \($0.isFree ? "free" : "held")" }
        }
        #expect(shown() == ["0000:02:00.0 not held", "0000:03:00.0 healthy free", "0000:04:00.0 healthy free"])
        provider.release(Holder(podUID: "u"))
        _ = try provider.refresh()
        #expect(shown() == ["0000:03:00.0 healthy free", "0000:04:00.0 healthy free"])
        try tree.add(function("0000:02:00.0"))
        #expect(try provider.refresh())
        #expect(shown().first == "0000:02:00.0 healthy free")
    }

    @Test("claims stay: the last device of a preset goes, and one of another preset comes")
    func lasting() throws {
        let tree = try PCITree([function("0000:01:00.0")])
        var provider = try provider(tree)
        try tree.remove("0000:01:00.0")
        try tree.add(function("0000:02:00.0", vendor: 0x1002, class: 0x038000, driver: "amdgpu"))
        #expect(try provider.refresh())
        #expect(provider.claims.map(\.pattern) == ["nvidia.com/gpu"])
        #expect(provider.devices().isEmpty && provider.stock().isEmpty)
        let answers = provider.hints(for: request(gpu, 1))
        guard case .impossible(let reason) = answers.first?.placement, answers.count == 1 else {
            Issue.record("\(answers)")
            return
        }
        #expect(reason.text == "there is no nvidia.com/gpu, 1 requested")
        try tree.add(function("0000:01:00.0"))
        #expect(try provider.refresh())
        #expect(provider.devices().map(\.id) == ["0000:01:00.0"])
    }

    @Test("hardware that no longer answers is not given, and does not stop the others")
    func silent() throws {
        let tree = try PCITree([function("0000:01:00.0"), function("0000:02:00.0")])
        try tree.write("\(tree.path(of: "0000:01:00.0"))/config", Data(repeating: 0xff, count: 64))
        try tree.write("\(tree.path(of: "0000:02:00.0"))/config", Data([0xde, 0x10] + Array(repeating: 0, count: 62)))
        let provider = try provider(tree)
        #expect(provider.devices().map(\.isHealthy) == [false, true])
        // One that sleeps is not woken, and is taken at its word.
        try tree.write("\(tree.path(of: "0000:01:00.0"))/power/runtime_status", "suspended\n")
        #expect(try self.provider(tree).devices().map(\.isHealthy) == [true, true])
    }

    @Test("groups: of settings, and of a file of NVLinks")
    func groups() throws {
        let tree = try PCITree((1...4).map { function("0000:0\($0):00.0") })
        let file = try PrivateFolder()
        let path = file.url.appendingPathComponent("topo.txt").path
        let table = """
            \tGPU0\tGPU1\tGPU2\tGPU3
            GPU0\t X \tSYS\tNV4\tSYS
            GPU1\tSYS\t X \tSYS\tSYS
            GPU2\tNV4\tSYS\t X \tSYS
            GPU3\tSYS\tSYS\tSYS\t X
            """
        try Data(table.utf8).write(to: URL(fileURLWithPath: path))
        #expect(
            try provider(tree, "{\"nvlink\": \"\(path)\"}").devices().map(\.group) == [
                "nvlink 0", nil, "nvlink 0", nil,
            ])
        #expect(
            try provider(tree, #"{"groups": [["0000:03:00.0", "0000:04:00.0"]]}"#).devices().map(\.group)
                == [nil, nil, "group 0", "group 0"])
        try tree.remove("0000:04:00.0")
        let error = #expect(throws: ProviderError.self) { try provider(tree, "{\"nvlink\": \"\(path)\"}") }
        #expect(error?.reason.text == "\(path) has 4 GPUs, the machine has 3 of NVIDIA")
    }

    @Test(
        "settings that cannot be are refused in one line",
        arguments: [
            (
                #"{"rules": [{"resource": "gpu"}]}"#,
                "settings.rules[0].resource must be like vendor.com/device, found \"gpu\""
            ),
            (
                #"{"rules": [{"resource": "a.b/c"}]}"#,
                "settings.rules[0] names no devices: give one of vendors, devices, subsystems, classes, drivers, addresses"
            ),
            (
                #"{"presets": ["a.b/c"]}"#,
                "settings.presets[0] is \"a.b/c\"; built in are nvidia.com/gpu, amd.com/gpu, gpu.intel.com/i915, "
                    + "gpu.intel.com/xe, habana.ai/gaudi, numa-hints.org/accelerator, numa-hints.org/nvme"
            ),
            (#"{"groups": [["1"]]}"#, "settings.groups[0] must name addresses like \"0000:3b:00.0\", found \"1\""),
            (#"{"groups": [[1]]}"#, "settings.groups[0][0] must be a string, found the number 1"),
            (
                #"{"groups": [["0000:01:00.0"], ["0000:01:00.0"]]}"#,
                "settings.groups[1] names 0000:01:00.0, which groups[0] has already"
            ),
            (#"{"nvlink": "/nowhere"}"#, "settings.nvlink names /nowhere, which cannot be read"),
            (
                #"{"rules": [{"resource": "a.b/c", "vendors": ["10de"], "uuids": {"x": "y"}}]}"#,
                "settings.rules[0].uuids must map addresses to UUIDs, found \"x\": \"y\""
            ),
            (#"{"pollSeconds": -1}"#, "settings.pollSeconds must be a whole number from 0, found the number -1.0"),
        ])
    func refused(settings: String, message: String) throws {
        let tree = try PCITree()
        let error = #expect(throws: ProviderError.self) { try provider(tree, settings) }
        #expect(error?.reason.text == message)
    }
}
