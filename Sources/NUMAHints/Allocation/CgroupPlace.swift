// SPDX-License-Identifier: Apache-2.0

package import Enforcement
package import NUMACore

/// How the cgroup of a container is found.
package enum CgroupPlace: Sendable {
    /// By a kubelet's rules; its folders are below `root`.
    case kubelet(root: String)
    /// Below the root of the cgroups, or the whole path, as people copy it.
    case path(String)
    /// As that of a process.
    case process(Int32)

    package func group(of container: String, in pod: PodSpec, _ tree: CgroupTree) throws(NUMAHintsError) -> String {
        switch self {
        case .kubelet(let root): return try KubeletCgroups(tree, root: root).group(of: container, in: pod)
        case .path(let text):
            let path = text.hasPrefix(tree.root + "/") ? String(text.dropFirst(tree.root.count)) : text
            return path.hasSuffix("/") && path != "/" ? String(path.dropLast()) : path
        case .process(let pid): return try ProcessCgroup.group(of: pid, tree.version)
        }
    }
}

extension NodeAllocator {
    /// Holds a container to what it was given, or releases it if its cgroup does not take that.
    ///
    /// - Returns: its pod, its cgroup, and what it is held to.
    /// - Throws: of code `input` or `machine` for what is wrong before anything is written: nothing is released then.
    package mutating func attach(
        _ wanted: Holder, at place: CgroupPlace, in tree: CgroupTree, partition: CpusetPartition?,
        warn: (String) -> Void
    ) throws(NUMAHintsError) -> (pod: PodSpec, group: String, confinement: Confinement) {
        let name = wanted.container ?? ""
        let pod = try pod(of: wanted)
        let group = try place.group(of: name, in: pod, tree)
        if partition != nil, try !hasCPUs(wanted) {
            throw NUMAHintsError(
                .input, "pod \(wanted.podUID), \(name): it has no CPUs alone, which --partition is for")
        }
        // A container that could run nowhere is told before anything is written.
        _ = try confinement(of: wanted)
        // A group that is not there is a mistake of the caller, and costs the container nothing.
        let state = try CpusetState(of: group, in: tree)
        if partition != nil { try CgroupConfiner(tree).checkPartitions(state) }
        // Who shares CPUs leaves those that are this container's alone before it comes.
        for line in try updateSharers() { warn(line) }
        do throws(NUMAHintsError) {
            return (pod, group, try attach(wanted, to: group, in: tree, partition: partition))
        } catch {
            _ = try release(wanted)
            throw NUMAHintsError(
                error.code, "\(error.message); \(wanted.podUID)/\(name) is released", file: error.file,
                line: error.line)
        }
    }
}
