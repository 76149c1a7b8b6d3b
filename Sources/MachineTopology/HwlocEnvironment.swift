// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// The variables that hwloc reads. They belong to the process, so one caller at a time sets them.
enum HwlocEnvironment {
    // Sound: the mutex lives as long as the process and is only touched through its own functions.
    nonisolated(unsafe) private static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        return unsafe mutex
    }()

    /// What a user may have set, and what would give another machine than the one asked for.
    private static let cleared = [
        "HWLOC_ALLOW", "HWLOC_COMPONENTS", "HWLOC_CPUID_PATH", "HWLOC_DUMPED_HWDATA_DIR", "HWLOC_FSROOT",
        "HWLOC_KEEP_NVIDIA_GPU_NUMA_NODES", "HWLOC_LIBXML",
        "HWLOC_LIBXML_IMPORT", "HWLOC_PLUGINS_BLACKLIST", "HWLOC_PLUGINS_PATH", "HWLOC_SYNTHETIC",
        "HWLOC_SYNTHETIC_VERBOSE", "HWLOC_THISSYSTEM",
        "HWLOC_THISSYSTEM_ALLOWED_RESOURCES", "HWLOC_XMLFILE", "HWLOC_XML_VERBOSE",
    ]

    /// Runs `body` with the variables for a source, and puts back what was there before.
    ///
    /// - Parameters:
    ///   - isTrial: hwloc says what is wrong with a file.
    ///   - plugins: with the plugin for XML by libxml2, where it is installed.
    static func with<Result>(_ source: MachineSource, isTrial: Bool, plugins: Bool, _ body: () -> Result)
        -> Result
    {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        let wanted = variables(for: source, isTrial: isTrial, plugins: plugins)
        let names = cleared + wanted.map(\.name).filter { !cleared.contains($0) }
        let before = names.map { ($0, value($0)) }
        for name in names { unsafe unsetenv(name) }
        for (name, value) in wanted { unsafe setenv(name, value, 1) }
        defer {
            for (name, value) in before {
                if let value { unsafe setenv(name, value, 1) } else { unsafe unsetenv(name) }
            }
        }
        return body()
    }

    private static func variables(for source: MachineSource, isTrial: Bool, plugins: Bool) -> [(
        name: String, value: String
    )] {
        var variables = [("HWLOC_HIDE_ERRORS", "2")]
        // hwloc's plugins for GPUs open display connections and take tens of milliseconds.
        variables +=
            plugins
            ? [
                ("HWLOC_LIBXML", "1"),
                (
                    "HWLOC_PLUGINS_BLACKLIST",
                    "hwloc_gl,hwloc_opencl,hwloc_cuda,hwloc_nvml,hwloc_rsmi,hwloc_levelzero,hwloc_pci"
                ),
            ]
            : [("HWLOC_LIBXML", "0"), ("HWLOC_PLUGINS_PATH", "")]
        if case .folder(let path) = source {
            variables += [
                ("HWLOC_FSROOT", path), ("HWLOC_COMPONENTS", "linux,stop"), ("HWLOC_THISSYSTEM", "0"),
                ("HWLOC_DUMPED_HWDATA_DIR", "/var/run/hwloc"),
            ]
        }
        if isTrial { variables += [("HWLOC_XML_VERBOSE", "1"), ("HWLOC_SYNTHETIC_VERBOSE", "1")] }
        return variables.map { (name: $0.0, value: $0.1) }
    }

    private static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
