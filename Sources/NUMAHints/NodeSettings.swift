// SPDX-License-Identifier: Apache-2.0

package import Admission
import HintMerge
package import KubernetesFormats
import NUMACore
package import ProviderIsolation

/// By which rules a node decides, and what its providers are told: what the files and flags of a person
/// come to, taken together.
package struct NodeSettings: Sendable {
    package var admission = AdmissionSettings()
    /// What is done where the machine no longer has what a pod holds.
    package var lossHandling = LossHandling.keep
    /// In ascending order of provider id, each once.
    package private(set) var providers: [ProviderSettings] = []
    /// Libraries that the configuration adds, by path.
    package private(set) var addedLibraries: [String] = []
    /// Where each of these libraries is named: `numa-hints.yaml:4`.
    private(set) var libraryPlaces: [String: String] = [:]
    /// Folders of libraries that the configuration names.
    package private(set) var providerFolders: [String] = []
    /// Which providers run in a process of their own.
    package var isolation = IsolationRules()
    /// What is accepted and should be known.
    package private(set) var warnings: [FileWarning] = []

    /// Free devices that a kubelet knows, and of which nobody says where they are.
    var placelessDevices: [ResourceName: [String]] = [:]

    /// The defaults: best-effort under container scope, providers without settings.
    package init() {}

    /// Takes over a kubelet's configuration, with a kubelet's defaults for what it leaves out.
    package mutating func apply(_ kubelet: KubeletConfiguration, warnings: [FileWarning], memoryBytes: UInt64) {
        // The words were checked when the file was read.
        admission.merge.policy = Policy(rawValue: kubelet.topologyManagerPolicy) ?? .none
        admission.scope = Scope(rawValue: kubelet.topologyManagerScope) ?? .container
        admission.merge.preferClosestNUMANodes = kubelet.preferClosestNUMANodes
        admission.maxAllowableNUMANodes = kubelet.maxAllowableNUMANodes
        for settings in ProviderSettings.forKubelet(kubelet) { set(settings) }
        self.warnings += warnings + kubelet.startWarnings(memoryCapacity: memoryBytes)
    }

    /// Takes over what a `numa-hints.yaml` says, which wins over a kubelet's configuration; the settings of
    /// a provider are replaced as a whole.
    package mutating func apply(_ own: NUMAHintsConfiguration) throws {
        if let policy = own.policy.flatMap(Policy.init(rawValue:)) { admission.merge.policy = policy }
        if let scope = own.scope.flatMap(Scope.init(rawValue:)) { admission.scope = scope }
        if let handling = own.changedMachine.flatMap(LossHandling.init(rawValue:)) { lossHandling = handling }
        providerFolders = own.providerPath
        isolation.all = IsolationRules.Rule(own.running)
        for provider in own.providers {
            isolation.add(IsolationRules.Rule(provider.running), id: provider.id, path: provider.path)
            if provider.running.deadline != nil, (provider.running.isolation ?? own.running.isolation) != .process {
                warnings.append(
                    FileWarning(
                        "deadline has no effect on a provider that runs in-process, without isolation: process",
                        file: provider.file,
                        line: provider.line))
            }
            if provider.settings != nil, provider.id == nil {
                throw NUMAHintsError(
                    .input, "settings need the id of the provider that they are for, beside the path",
                    file: provider.file, line: provider.settingsLine ?? provider.line)
            }
            if let path = provider.path {
                addedLibraries.append(path)
                libraryPlaces[path] = "\(provider.file):\(provider.line)"
            }
        }
        for settings in own.settings { set(settings) }
    }

    /// Takes over what a machine's description says to providers.
    package mutating func add(_ described: [ProviderSettings]) {
        for settings in described { set(settings) }
    }

    /// Makes the decisions and books of this project's providers those of the kubelet also where it is at fault.
    /// To be called last.
    package mutating func imitateKubelet() {
        admission.afterRefusal = .release
        // It takes devices in ascending order of id.
        admission.choosesDevices = false
        // Its topology manager does not start on larger machines, unless it is told to.
        admission.maxAllowableNUMANodes = admission.maxAllowableNUMANodes ?? 8
        for name in ["cpu", "devices", "hugepages", "memory", "pci", "sriov"] {
            let id = "org.numa-hints.\(name)"
            var own = providers.first { $0.id == id } ?? ProviderSettings(id: id, json: "{}", file: "--compat")
            // The keys ascend, and none of these providers has a lower one.
            guard !own.json.hasPrefix("{\"compat\":"), own.json.hasPrefix("{") else { continue }
            let rest = own.json.dropFirst()
            own.json = "{\"compat\":\"kubelet\"" + (rest == "}" ? "" : ",") + rest
            set(own)
        }
    }

    /// The settings of each provider that has any, as text.
    var settingsByID: [String: String] { Dictionary(providers.map { ($0.id, $0.json) }) { $1 } }

    mutating func add(warnings: [FileWarning]) { self.warnings += warnings }

    mutating func set(_ settings: ProviderSettings) {
        providers.removeAll { $0.id == settings.id }
        providers.append(settings)
        providers.sort { $0.id < $1.id }
    }
}

extension IsolationRules.Rule {
    fileprivate init(_ running: NUMAHintsConfiguration.Running) {
        self.init(
            isIsolated: running.isolation.map { $0 == .process }, deadline: running.deadline,
            memoryLimit: running.memoryLimit,
            onFailure: running.onFailure.map { $0 == .ignore ? .ignore : .refuse },
            systemCalls: running.systemCalls.map { $0 == .few ? .few : .all }, user: running.user)
    }
}
