// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// What files that can be read still say wrongly. docs/kubelet-state.md lists it.
extension KubeletState {
    /// Something that cannot be right.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public var file: FileName
        public var message: String

        /// One line: the file's name and the message.
        public var description: String { "\(file.rawValue): \(message)" }
    }

    /// What contradicts itself, file by file; empty if nothing does.
    public var problems: [Problem] {
        (cpu.map(Self.problems) ?? []) + (memory?.problems.map { Problem(file: .memory, message: $0) } ?? [])
            + (devices.map(Self.problems) ?? []) + pairing
    }

    private struct Holder {
        var pod: String
        var name: String
        var cpus: CPUSet
        var text: String { "\(pod.clipped)/\(name.clipped)" }
    }

    private static func problems(of checkpoint: CPUManagerCheckpoint) -> [Problem] {
        let holders = checkpoint.pods.flatMap { pod in
            (pod.containers ?? []).map { Holder(pod: pod.uid, name: $0.name, cpus: $0.cpus.cpus) }
        }
        var messages: [String] = []
        if checkpoint.policyName != "static", !holders.isEmpty {
            messages.append(
                "policy \"\(checkpoint.policyName.clipped)\" holds no CPUs, but \(holders.count) containers have some")
        }
        // Which pod a CPU was first seen with, so that the time does not grow with the pairs of containers.
        var owners: [Int: Int] = [:]
        for (index, holder) in holders.enumerated() {
            let free = holder.cpus.intersection(checkpoint.defaultCPUSet.cpus)
            if !free.isEmpty {
                messages.append("CPUs \(free.list) are both in defaultCpuSet and held by \(holder.text)")
            }
            var shared: [Int: CPUSet] = [:]
            for cpu in holder.cpus {
                if let owner = owners[cpu] {
                    if holders[owner].pod != holder.pod { shared[owner, default: []].insert(cpu) }
                } else {
                    owners[cpu] = index
                }
            }
            for owner in shared.keys.sorted() {
                let cpus = (shared[owner] ?? []).list
                messages.append("CPUs \(cpus) are held by both \(holders[owner].text) and \(holder.text)")
            }
        }
        return messages.map { Problem(file: .cpu, message: $0) }
    }

    private struct DeviceName: Hashable {
        var resource: ResourceName
        var id: String
    }

    private static func problems(of checkpoint: DeviceManagerCheckpoint) -> [Problem] {
        var messages: [String] = []
        let registered = checkpoint.registered ?? []
        let known = Set(registered.map(\.resource))
        let devices = Set(
            registered.flatMap { one in (one.ids ?? []).map { DeviceName(resource: one.resource, id: $0) } })
        var owners: [DeviceName: DeviceManagerCheckpoint.Entry] = [:]
        for entry in checkpoint.entries ?? [] {
            if !known.contains(entry.resource) {
                messages.append("\(entry.text) holds \(entry.resource.rawValue.clipped), which is not registered")
            }
            for id in (entry.devices ?? []).flatMap({ $0.ids ?? [] }) {
                let name = DeviceName(resource: entry.resource, id: id)
                let device = "device \(id.clipped) of \(entry.resource.rawValue.clipped)"
                if known.contains(entry.resource), !devices.contains(name) {
                    messages.append("\(device), held by \(entry.text), is not in RegisteredDevices")
                }
                // Within a pod an init container's devices may be used again.
                if let owner = owners[name], owner.podUID != entry.podUID {
                    messages.append("\(device) is held by both \(owner.text) and \(entry.text)")
                } else {
                    owners[name] = entry
                }
            }
            if let bytes = entry.allocResp {
                do throws(NUMAHintsError) {
                    _ = try DeviceAllocation(bytes: bytes)
                } catch {
                    messages.append(
                        "AllocResp of \(entry.text) for \(entry.resource.rawValue.clipped) \(error.message)")
                }
            }
        }
        return messages.map { Problem(file: .devices, message: $0) }
    }

    /// Whoever holds CPUs alone is in a Guaranteed pod, and so must be in the memory file, too.
    private var pairing: [Problem] {
        guard let cpu, let memory, cpu.policyName == "static", memory.policyName == "Static" else { return [] }
        let known = Set(memory.pods.filter { $0.containers?.isEmpty == false }.map(\.uid))
        return cpu.pods.filter { $0.containers?.isEmpty == false && !known.contains($0.uid) }.map {
            Problem(
                file: .memory, message: "pod \($0.uid.clipped) holds CPUs in cpu_manager_state, but no memory here")
        }
    }
}

extension DeviceManagerCheckpoint.Entry {
    fileprivate var text: String { "\(podUID.clipped)/\(container.clipped)" }
}
