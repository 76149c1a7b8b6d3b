// SPDX-License-Identifier: Apache-2.0

import NUMACore
import PCIDevices
import SystemFiles
import TestSupport
import Testing

@Suite("DeviceNodes")
struct DeviceNodesTests {
    private func paths(_ driver: String, _ files: [String], in tree: PCITree? = nil, group: Int? = nil) throws
        -> [String]
    {
        let tree = try tree ?? PCITree()
        var function = PCITree.Function("0000:3b:00.0", vendor: 0x10de, classCode: 0x030200)
        function.driver = driver
        function.iommuGroup = group
        try tree.add(function)
        for file in files { try tree.make("\(tree.path(of: "0000:3b:00.0"))/\(file)") }
        let found = PCIReader(root: tree.root, machine: MachineBuilder(nodes: 1, cores: 1).machine).read()
        return DeviceNodes.paths(of: try #require(found.functions.first), SystemFiles(root: tree.root))
    }

    @Test("an AMD GPU: its DRM nodes, and the one of compute")
    func amd() throws {
        #expect(
            try paths("amdgpu", ["drm/card1", "drm/renderD129", "drm/controlD65"])
                == ["/dev/dri/card1", "/dev/dri/renderD129", "/dev/kfd"])
    }

    @Test("an NVIDIA GPU: by its minor number, and the nodes that all share")
    func nvidia() throws {
        let tree = try PCITree()
        try tree.write(
            "/proc/driver/nvidia/gpus/0000:3b:00.0/information",
            "Model: \t\t NVIDIA A100\nGPU UUID: \t GPU-5d1c\nDevice Minor: \t 3\nGPU Excluded:\t No\n")
        #expect(
            try paths("nvidia", ["drm/card0"], in: tree)
                == ["/dev/dri/card0", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia3", "/dev/nvidiactl"])
        let driver = NVIDIADriver(address: "0000:3b:00.0", SystemFiles(root: tree.root))
        #expect(driver?.uuid == "GPU-5d1c")
        #expect(driver?.isExcluded == false)
    }

    @Test("a UUID that the driver does not know yet is none")
    func noUUID() throws {
        let tree = try PCITree()
        try tree.write(
            "/proc/driver/nvidia/gpus/0000:3b:00.0/information", "GPU UUID: GPU-????????-????\nGPU Excluded: Yes\n")
        let driver = NVIDIADriver(address: "0000:3b:00.0", SystemFiles(root: tree.root))
        #expect(driver?.uuid == nil)
        #expect(driver?.minor == nil)
        #expect(driver?.isExcluded == true)
    }

    @Test("what is bound to vfio-pci: its group, also without an IOMMU")
    func vfio() throws {
        #expect(try paths("vfio-pci", [], group: 42) == ["/dev/vfio/42", "/dev/vfio/vfio"])
        let tree = try PCITree()
        try tree.write("/sys/kernel/iommu_groups/7/name", "vfio-noiommu\n")
        #expect(try paths("vfio-pci", [], in: tree, group: 7) == ["/dev/vfio/noiommu-7", "/dev/vfio/vfio"])
    }

    @Test("an NVMe controller and its namespaces, an accelerator, a UIO device")
    func others() throws {
        #expect(try paths("nvme", ["nvme/nvme1/nvme1n1", "nvme/nvme1/hwmon3"]) == ["/dev/nvme1", "/dev/nvme1n1"])
        #expect(try paths("habanalabs", ["accel/accel0"]) == ["/dev/accel/accel0"])
        #expect(try paths("uio_pci_generic", ["uio/uio4"]) == ["/dev/uio4"])
    }
}
