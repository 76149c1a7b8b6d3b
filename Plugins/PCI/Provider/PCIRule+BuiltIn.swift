// SPDX-License-Identifier: Apache-2.0

import PCIDevices

extension PCIRule {
    /// The rules of well-known makers, under the names that their own device plugins use.
    ///
    /// Those of ``optional`` have to be asked for: what they mean may be in use by the host itself.
    public static let builtIn: [PCIRule] = [
        // Source: NVIDIA/k8s-device-plugin; 3D controllers and VGA, 10de.
        rule("nvidia.com/gpu", vendor: 0x10de, ["0300", "0302"], ["nvidia"]),
        // Source: ROCm/k8s-device-plugin; display controllers, and accelerators (12) since MI300, 1002.
        rule("amd.com/gpu", vendor: 0x1002, ["03", "1200"], ["amdgpu"]),
        // Source: intel/intel-device-plugins-for-kubernetes, cmd/gpu_plugin: a resource for each driver.
        rule("gpu.intel.com/i915", vendor: 0x8086, ["03"], ["i915"]),
        rule("gpu.intel.com/xe", vendor: 0x8086, ["03"], ["xe"]),
        // Source: the Gaudi device plugin of Habana Labs, 1da3.
        rule("habana.ai/gaudi", vendor: 0x1da3, ["1200"], ["habanalabs"]),
    ]

    /// Rules that are there for the asking.
    public static let optional: [PCIRule] = [
        // Any maker's accelerator that shows itself to the kernel's accel subsystem or a driver of its own.
        rule("numa-hints.org/accelerator", vendor: nil, ["12"], nil),
        // NVMe controllers: the disk that the host runs from may be one of them.
        rule("numa-hints.org/nvme", vendor: nil, ["010802"], ["nvme"]),
    ]

    private static func rule(
        _ resource: String, vendor: UInt16?, _ classes: [String], _ drivers: [String]?
    ) -> PCIRule {
        var selector = PCISelector()
        selector.vendors = vendor.map { [$0] }
        selector.classes = classes.compactMap(PCISelector.ClassPrefix.init)
        selector.drivers = drivers
        return PCIRule(resource: resource, selector: selector, isBuiltIn: true)
    }
}
