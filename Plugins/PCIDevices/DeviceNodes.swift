// SPDX-License-Identifier: Apache-2.0

import NUMACore
public import SystemFiles

/// The device nodes that a container needs to use a PCI function, by what its driver shows in sysfs.
public enum DeviceNodes {
    /// In ascending order, each once. What a driver has not made yet is not there.
    public static func paths(of function: PCIFunction, _ files: SystemFiles) -> [String] {
        let folder = "\(PCIReader.folder)/\(function.address)"
        var paths: Set<String> = []
        func add(_ names: [String], in place: String) { paths.formUnion(names.map { place + $0 }) }
        add(files.names(in: "\(folder)/drm").filter { $0.hasPrefix("card") || $0.hasPrefix("render") }, in: "/dev/dri/")
        add(files.names(in: "\(folder)/accel"), in: "/dev/accel/")
        add(files.names(in: "\(folder)/uio"), in: "/dev/")
        for controller in files.names(in: "\(folder)/nvme") where controller.hasPrefix("nvme") {
            let spaces = files.names(in: "\(folder)/nvme/\(controller)").filter { $0.hasPrefix("\(controller)n") }
            add([controller] + spaces, in: "/dev/")
        }
        switch function.device.driver {
        case "vfio-pci": paths.formUnion(vfio(function, files))
        case "nvidia": paths.formUnion(nvidia(function, files))
        case "amdgpu": paths.insert("/dev/kfd")
        default: break
        }
        return paths.sorted()
    }

    /// What a user of RDMA needs of a function; empty if it has none.
    public static func rdmaPaths(of function: PCIFunction, _ files: SystemFiles) -> [String] {
        let folder = "\(PCIReader.folder)/\(function.address)"
        let verbs = files.names(in: "\(folder)/infiniband_verbs")
        let management = files.names(in: "\(folder)/infiniband_mad")
        let paths = (verbs + management).map { "/dev/infiniband/\($0)" }
        return paths.isEmpty ? [] : (paths + ["/dev/infiniband/rdma_cm"]).sorted()
    }

    /// Source: the kernel's Documentation/driver-api/vfio.rst; a group without an IOMMU has its own name.
    private static func vfio(_ function: PCIFunction, _ files: SystemFiles) -> [String] {
        guard let group = function.iommuGroup else { return ["/dev/vfio/vfio"] }
        let isUnguarded = files.text("/sys/kernel/iommu_groups/\(group)/name", limit: 64) == "vfio-noiommu"
        return ["/dev/vfio/vfio", "/dev/vfio/\(isUnguarded ? "noiommu-" : "")\(group)"]
    }

    private static func nvidia(_ function: PCIFunction, _ files: SystemFiles) -> [String] {
        guard let minor = NVIDIADriver(address: function.address, files)?.minor else { return [] }
        return ["/dev/nvidia\(minor)", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidiactl"]
    }
}
