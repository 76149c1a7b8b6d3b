// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// What a provider is told, and by which file.
public struct ProviderSettings: Hashable, Sendable {
    /// The id of the provider, e.g. `org.numa-hints.cpu`.
    public var id: String
    /// One JSON object, compact, its keys in ascending order.
    public var json: String
    /// Where it says so, for messages about the settings.
    public var file: String
    /// From 1; nil if no line is to blame.
    public var line: Int?

    public init(id: String, json: String, file: String, line: Int? = nil) {
        self.id = id
        self.json = json
        self.file = file
        self.line = line
    }

    /// What a kubelet's configuration means to the providers of this project, in ascending order of id.
    ///
    /// `org.numa-hints.cpu`:
    ///
    ///     {"options": {"full-pcpus-only": true},   known options of cpuManagerPolicyOptions
    ///      "policy": "static",                     or "none"
    ///      "reservedCPUs": "0,2-3",                reservedSystemCPUs; absent if there are none
    ///      "reservedMillicpus": 500}               cpu of kubeReserved and systemReserved; counts
    ///                                              only where reservedCPUs is absent
    ///
    /// `org.numa-hints.hugepages` and `org.numa-hints.memory`, the same for both:
    ///
    ///     {"policy": "static",                     or "none"
    ///      "reservedMemory": [                     in ascending order of node and resource; may be empty
    ///        {"bytes": 1073741824, "node": 0, "resource": "memory"},
    ///        {"bytes": 2097152, "node": 0, "resource": "hugepages-2Mi"}]}
    ///
    /// Without a kubelet's configuration there are no settings from here; the providers then act as if
    /// `policy` were `static` with nothing reserved.
    public static func forKubelet(_ configuration: KubeletConfiguration) -> [ProviderSettings] {
        let memory = memoryJSON(configuration)
        func settings(_ id: String, _ json: String, _ field: String) -> ProviderSettings {
            let place = configuration.place(of: field)
            return ProviderSettings(id: id, json: json, file: place.file, line: place.line)
        }
        return [
            settings("org.numa-hints.cpu", cpuJSON(configuration), "cpuManagerPolicy"),
            settings("org.numa-hints.hugepages", memory, "memoryManagerPolicy"),
            settings("org.numa-hints.memory", memory, "memoryManagerPolicy"),
        ]
    }

    private static func cpuJSON(_ configuration: KubeletConfiguration) -> String {
        let known = configuration.cpuManagerPolicyOptions.filter {
            KubeletConfiguration.cpuOptions.contains($0.name)
        }
        let options = known.compactMap { option in
            option.isOn.map { "\(YAMLNode.jsonString(option.name)):\($0)" }
        }
        let cpus = configuration.reservedSystemCPUs.map { "\"reservedCPUs\":\"\($0.list)\"," } ?? ""
        return "{\"options\":{\(options.joined(separator: ","))},"
            + "\"policy\":\(YAMLNode.jsonString(configuration.cpuManagerPolicy)),"
            + cpus + "\"reservedMillicpus\":\(configuration.reservedMillicpus)}"
    }

    private static func memoryJSON(_ configuration: KubeletConfiguration) -> String {
        let reserved = configuration.reservedMemory.map {
            "{\"bytes\":\($0.bytes),\"node\":\($0.node),"
                + "\"resource\":\(YAMLNode.jsonString($0.resource.rawValue))}"
        }
        return "{\"policy\":\(YAMLNode.jsonString(configuration.memoryManagerPolicy.lowercased())),"
            + "\"reservedMemory\":[\(reserved.joined(separator: ","))]}"
    }
}
