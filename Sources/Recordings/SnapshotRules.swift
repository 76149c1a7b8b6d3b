// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats

/// Everything that a snapshot may take; docs/snapshot.md tells it to people.
enum SnapshotRules {
    private static let cpu = "/sys/devices/system/cpu/cpu[0-9]*"
    private static let node = "/sys/devices/system/node/node[0-9]*"
    private static let pages = ["nr_hugepages", "free_hugepages", "surplus_hugepages", "resv_hugepages"]

    /// What is read of the machine, beside its devices.
    static let machine = [
        SnapshotRule("/sys/devices/system/cpu", ["online", "offline", "possible", "present", "isolated"]),
        SnapshotRule(cpu, ["online", "cpu_capacity"]),
        SnapshotRule(cpu, ["node[0-9]*"], .links),
        SnapshotRule(
            "\(cpu)/topology",
            ["*_id", "*_cpus", "*_cpus_list", "*_siblings", "*_siblings_list"]),
        SnapshotRule(
            "\(cpu)/cache/index[0-9]*",
            [
                "coherency_line_size", "id", "level", "number_of_sets", "physical_line_partition", "shared_cpu_list",
                "shared_cpu_map", "size", "type", "ways_of_associativity",
            ]),
        SnapshotRule("\(cpu)/cpufreq", ["base_frequency", "cpuinfo_max_freq"]),
        SnapshotRule("\(cpu)/acpi_cppc", ["highest_perf", "nominal_freq"]),
        SnapshotRule("/sys/devices/cpu_*", ["cpus"]),
        SnapshotRule("/sys/devices/system/node", ["has_*", "online", "possible"]),
        SnapshotRule(node, ["cpulist", "cpumap", "distance", "meminfo"]),
        SnapshotRule("\(node)/hugepages/hugepages-*", pages),
        SnapshotRule("\(node)/memory_side_cache/index[0-9]*", ["indexing", "line_size", "size", "write_policy"]),
        SnapshotRule("\(node)/access[0-9]*/initiators", ["read_*", "write_*"]),
        SnapshotRule("\(node)/access[0-9]*/initiators", ["node[0-9]*"], .links),
        SnapshotRule("/sys/kernel/mm/hugepages/hugepages-*", pages),
        SnapshotRule("/sys/kernel/iommu_groups/[0-9]*", ["name"]),
        SnapshotRule("/proc", ["cpuinfo"], limit: 16 << 20),
        SnapshotRule("/proc", ["meminfo"]),
        SnapshotRule("/proc/self", ["cgroup"]),
        SnapshotRule("/proc/net", ["route"], limit: 1 << 20),
        SnapshotRule("/proc/sys/kernel", ["numa_balancing"]),
        SnapshotRule("/proc/driver/nvidia/gpus/*", ["information", "numa_status"]),
    ]

    /// The buses whose devices are taken.
    static let buses = ["dax", "pci"]

    /// What is read of each device, below its folder.
    static let device = [
        SnapshotRule(
            "",
            [
                "acpi_index", "class", "current_link_speed", "current_link_width", "device", "local_cpulist",
                "local_cpus", "numa_node", "revision", "sriov_numvfs", "sriov_totalvfs", "subsystem_device",
                "subsystem_vendor", "target_node", "vendor",
            ], limit: 4096),
        // What lies above is for who drives the device.
        SnapshotRule("", ["config"], limit: 256, isCut: true),
        SnapshotRule("", ["driver", "iommu_group", "physfn", "virtfn[0-9]*"], .links),
        SnapshotRule("/power", ["runtime_status"], limit: 64),
        SnapshotRule("/net/*", ["operstate", "type"], limit: 64),
        SnapshotRule("/infiniband/*/ports/*/pkeys", ["0"], limit: 64),
        SnapshotRule("/accel", ["*"], .names),
        SnapshotRule("/drm", ["card*", "render*"], .names),
        SnapshotRule("/infiniband_mad", ["*"], .names),
        SnapshotRule("/infiniband_verbs", ["*"], .names),
        SnapshotRule("/net", ["*"], .names),
        SnapshotRule("/nvme", ["nvme*"], .names),
        SnapshotRule("/nvme/nvme*", ["nvme*n*"], .names),
        SnapshotRule("/uio", ["*"], .names),
        SnapshotRule("/vdpa*", ["driver"], .links),
        SnapshotRule("/vdpa*", ["vhost-vdpa-*"], .names),
    ]

    /// In the folder of a cgroup: which CPUs and nodes may be used.
    static let cgroup = [
        "cpus", "cpuset.cpus", "cpuset.cpus.effective", "cpuset.mems", "cpuset.mems.effective", "mems",
    ]

    /// In a kubelet's folder.
    static let kubelet = ["config.yaml", "kubeadm-flags.env"] + KubeletState.FileName.allCases.map(\.rawValue)

    /// Settings of a kubelet whose values may be passwords; a file that has one is not taken.
    static let secrets = ["staticPodURLHeader", "manifest-url-header"]
}
