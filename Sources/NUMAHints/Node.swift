// SPDX-License-Identifier: Apache-2.0

import Admission
package import Explanation
import KubernetesFormats
package import Logging
package import NUMACore
package import ProviderHost
import ProviderIsolation

/// A machine with its providers and rules: pods are decided about here.
///
/// Not to be used by two callers at once.
package struct Node {
    package let machine: Machine
    package let settings: NodeSettings
    package let registry: ProviderRegistry
    /// Prefix of the machine's /sys and /proc; nil if there are none.
    let root: String?
    var admission: PodAdmission
    /// The same node as a kubelet would run it: with books of its own, since they can come to differ.
    var kubelet: PodAdmission?
    /// What was restored and what was admitted since, to say who has what.
    var residents: [PodHoldings] = []
    /// What a look at other decisions could not put back, a line each: then what is explained later is wrong.
    package internal(set) var lost: [String] = []
    /// How many pods were only tried.
    var trials = 0
    /// After this nothing is tried any more that would let a pod in; nil for no end.
    var trialsEnd: ContinuousClock.Instant?
    var hasCutTrials = false

    /// Opens the providers for a machine. Instances are made and not started: they keep books and change
    /// nothing outside.
    ///
    /// - Parameters:
    ///   - root: prefix of the machine's /sys and /proc: empty for the live one, nil if there are none.
    ///   - search: where the libraries are.
    ///   - comparesWithKubelet: decide about each pod as a kubelet would too, to say where that is not the same.
    package init(
        _ machine: Machine, root: String?, settings: NodeSettings, search: ProviderSearch, logger: Logger,
        comparesWithKubelet: Bool = false
    ) {
        self.machine = machine
        self.settings = settings
        self.root = root
        // What is explained is shown with what there was.
        var rules = settings.admission
        rules.notesStock = true
        let environment = ProviderEnvironment(machine: machine, root: root) { provider, severity, message in
            logger.log(level: severity.level, "\(message.text)", metadata: ["provider": "\(provider)"])
        }
        registry = ProviderRegistry(
            opening: search.libraries,
            settings: settings.settingsByID,
            environment: environment, by: settings.isolation)
        admission = PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: registry.providers,
            settings: rules)
        guard comparesWithKubelet, registry.refused.isEmpty else { return }
        kubelet = Self.kubelet(settings, registry, machine, root)
    }

    /// The settings are those of the node, where the kubelet allows them.
    private static func kubelet(
        _ given: NodeSettings, _ registry: ProviderRegistry, _ machine: Machine, _ root: String?
    ) -> PodAdmission? {
        var settings = given
        settings.imitateKubelet()
        guard settings.providers != given.providers else { return nil }
        let own = ProviderRegistry(
            opening: registry.libraries, settings: settings.settingsByID,
            environment: ProviderEnvironment(machine: machine, root: root), by: settings.isolation)
        guard own.refused.isEmpty else { return nil }
        return PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: own.providers,
            settings: settings.admission)
    }

    /// Why a library or provider is not used, each in one line that names the file to blame.
    package var refusals: [String] {
        registry.refused.map { refused in
            guard let id = refused.id, let own = settings.providers.first(where: { $0.id == id }) else {
                let place = settings.libraryPlaces[refused.path].map { "\($0): " } ?? ""
                return place + "\(refused.path): \(refused.reason)"
            }
            return "\(own.file):" + (own.line.map { "\($0):" } ?? "") + " \(refused.reason) (\(refused.path))"
        }
    }

    /// What should be known of the settings.
    package var warnings: [String] {
        let given = settings.providers.filter { own in !registry.providers.contains { $0.id == own.id } }
        let unused = given.filter { own in !registry.refused.contains { $0.id == own.id } }
        return settings.warnings.map(\.description)
            + unused.filter { !$0.id.hasPrefix("org.numa-hints.") }.map {
                "\($0.file):" + ($0.line.map { "\($0):" } ?? "") + " no provider \($0.id) is loaded for these settings"
            }
    }

    /// Decides about pods one after another, each on what those before it left, and explains.
    ///
    /// - Parameter changes: how many things at most are looked for that would let a refused pod in, or align one that is
    ///   not aligned; with 0, how much more an admitted pod could ask for is not looked for either.
    package mutating func explain(_ pods: [PodSpec], changes: Int = 0) -> [Explanation] {
        pods.map { pod in
            let trace = admission.admit(pod)
            var explanation = Explanation(trace, kubelet: kubelet?.admit(pod))
            explanation.name(residents, on: machine)
            let wasResident = residents.contains { $0.pod.uid == pod.uid }
            if !trace.verdict.isAdmitted { explanation.changes = self.changes(for: explanation, limit: changes) }
            let isKept = admission.settings.afterRefusal == .rollBack
            if trace.verdict.isAdmitted || !isKept { residents.removeAll { $0.pod.uid == pod.uid } }
            guard trace.verdict.isAdmitted else { return explanation }
            residents.append(PodHoldings(admitted: trace))
            // What a pod had before would not be there if it were decided about anew.
            guard !wasResident, changes > 0 else { return explanation }
            explanation.changes = self.changes(for: explanation, limit: changes)
            let slack = slack(of: explanation)
            // What was not tried might have been more.
            if !hasCutTrials { explanation.slack = slack }
            return explanation
        }
    }
}

extension ProviderEnvironment.Severity {
    fileprivate var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
