// SPDX-License-Identifier: Apache-2.0

public import KubernetesFormats
import NUMACore

/// What a description means to the providers of this project.
extension MachineDescription {
    /// The settings of devices, memory and CPUs, under policies that count everything.
    ///
    /// - Parameter file: the file to blame in messages about them.
    public func settings(file: String) -> [ProviderSettings] {
        [cpuSettings(options: [:], file: file), devicesSettings(file: file)]
            + memorySettings(policy: "static", file: file)
    }

    /// - Parameter options: those of the static CPU manager policy.
    func cpuSettings(options: [String: Bool], file: String) -> ProviderSettings {
        let reserved: (String, JSONText) =
            switch reservedCPUs {
            case .these(let list): ("reservedCPUs", .string(list))
            case .count(let count): ("reservedMillicpus", .number(UInt64(count) * 1000))
            }
        let json = JSONText.object([
            ("options", .object(options.sorted { $0.key < $1.key }.map { ($0.key, .bool($0.value)) })),
            ("policy", .string("static")), reserved,
        ])
        return ProviderSettings(id: "org.numa-hints.cpu", json: json.text, file: file)
    }

    /// The same for memory and huge pages.
    func memorySettings(policy: String, file: String) -> [ProviderSettings] {
        let reserved = systemReserved.map { entry in
            JSONText.object([
                ("bytes", .number(entry.bytes)), ("node", .number(UInt64(entry.node))),
                ("resource", .string(entry.resource.rawValue)),
            ])
        }
        let json = JSONText.object([("policy", .string(policy)), ("reservedMemory", .array(reserved))])
        return ["org.numa-hints.hugepages", "org.numa-hints.memory"].map {
            ProviderSettings(id: $0, json: json.text, file: file)
        }
    }

    func devicesSettings(file: String) -> ProviderSettings {
        let list = devices.map { device in
            JSONText.object([
                ("healthy", .bool(device.isHealthy)), ("id", .string(device.id)),
                ("nodes", device.nodes.map { .array($0.map { .number(UInt64($0)) }) } ?? .null),
                ("resource", .string(device.resource.rawValue)),
            ])
        }
        return ProviderSettings(
            id: "org.numa-hints.devices", json: JSONText.object([("devices", .array(list))]).text, file: file)
    }
}
