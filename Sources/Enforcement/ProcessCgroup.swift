// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// In which group a process is.
public enum ProcessCgroup {
    /// The group of a process, as far as cpusets go.
    ///
    /// - Parameter root: prefix of /proc.
    /// - Throws: of code `machine` if there is no such process, or what the kernel says of it is not understood.
    public static func group(
        of pid: Int32, _ version: CgroupTree.Version, root: String = ""
    ) throws(NUMAHintsError) -> String {
        let path = "\(root)/proc/\(pid)/cgroup"
        guard let text = KernelFile.text(path) else {
            throw NUMAHintsError(.machine, "there is no process \(pid)", file: path)
        }
        guard let group = find(in: text, version) else {
            throw NUMAHintsError(.machine, "it names no cgroup of \(version.rawValue) with cpusets", file: path)
        }
        guard !group.hasPrefix("/..") else {
            throw NUMAHintsError(
                .machine, "process \(pid) is in \(group), outside what is seen of the cgroups here", file: path)
        }
        return group
    }

    /// Lines of `number:controllers:path`, as cgroups(7) has them.
    static func find(in text: String, _ version: CgroupTree.Version) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].hasPrefix("/") else { continue }
            switch version {
            case .v1 where parts[1].split(separator: ",").contains("cpuset"): return String(parts[2])
            case .v2 where parts[0] == "0" && parts[1].isEmpty: return String(parts[2])
            default: continue
            }
        }
        return nil
    }
}
