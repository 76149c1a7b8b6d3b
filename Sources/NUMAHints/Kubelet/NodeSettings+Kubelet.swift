// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
package import KubernetesFormats
package import NUMACore

extension NodeSettings {
    /// Takes over the devices that a kubelet's file knows; to be called before ``imitateKubelet()``.
    ///
    /// - Parameters:
    ///   - root: prefix of the machine's /proc; nil if there is none.
    ///   - folder: the kubelet's, for messages.
    package mutating func apply(
        _ state: KubeletState, on machine: Machine, root: String?, folder: String
    ) throws {
        add(warnings: disagreements(with: state, on: machine, folder: folder))
        guard let checkpoint = state.devices else { return }
        let own = providers.first { $0.id == DevicePlaces.provider }
        let devices = KubeletDevices(
            checkpoint, places: try DevicePlaces(machine, root: root, own: own), nodes: machine.nodeMask)
        // A kubelet has the devices of its plugins alone.
        for id in ["org.numa-hints.pci", "org.numa-hints.sriov"] {
            let json = id.hasSuffix("pci") ? "{\"presets\":false}" : "{}"
            set(ProviderSettings(id: id, json: json, file: "--kubelet-root"))
        }
        let file = "\(folder)/\(KubeletState.FileName.devices.rawValue)"
        set(try devices.settings(file: file))
        placelessDevices = devices.placeless
        add(warnings: devices.warnings.map { FileWarning($0, file: file) })
    }

    /// Where the files cannot be those of a kubelet that runs with these settings on this machine.
    private func disagreements(with state: KubeletState, on machine: Machine, folder: String) -> [FileWarning] {
        struct Words: Decodable {
            var policy: String?
            var options: [String: Bool]?
            var reservedCPUs: String?
        }
        func words(_ id: String) -> Words? {
            let own = providers.first { $0.id == id }
            return own.flatMap { try? JSONDecoder().decode(Words.self, from: Data($0.json.utf8)) }
        }
        func differs(_ name: KubeletState.FileName, _ said: String?, _ id: String) -> FileWarning? {
            guard let said, let set = words(id)?.policy, said.lowercased() != set else { return nil }
            return FileWarning(
                "the file is of the policy \(said), and the settings say \(set): a kubelet with both does not start",
                file: "\(folder)/\(name.rawValue)")
        }
        var found = [
            differs(.cpu, state.cpu?.policyName, "org.numa-hints.cpu"),
            differs(.memory, state.memory?.policyName, "org.numa-hints.memory"),
        ].compactMap { $0 }
        if let cpu = state.cpu, cpu.policyName == "static" {
            let held = cpu.pods.flatMap { $0.containers ?? [] }.reduce(CPUSet()) { $0.union($1.cpus.cpus) }
            let own = words("org.numa-hints.cpu")
            var missing = CPUSet(machine.cpus.filter(\.isOnline).map(\.id))
                .subtracting(held).subtracting(cpu.defaultCPUSet.cpus)
            // Reserved ones are then in neither.
            if own?.options?["strict-cpu-reservation"] == true {
                missing = missing.subtracting(own?.reservedCPUs.flatMap { CPUListText($0)?.cpus } ?? [])
            }
            if !missing.isEmpty {
                found.append(
                    FileWarning(
                        "the CPUs \(missing.list) are neither in defaultCpuSet nor held: this kubelet does not give "
                            + "them, and here they count as free",
                        file: "\(folder)/\(KubeletState.FileName.cpu.rawValue)"))
            }
        }
        return found
    }
}
