// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore
import ProviderHost

/// Deciding about a pod without anything of it being left.
extension Node {
    /// What another decision is to come to.
    enum Goal {
        case admission
        /// All that is merged is preferred, too.
        case alignment

        func isReached(by trace: DecisionTrace) -> Bool {
            self == .admission || trace.units.allSatisfy { $0.merge?.best.isPreferred ?? true }
        }
    }

    /// The decision, if it is what is wanted; nothing is committed.
    ///
    /// - Parameter instead: providers that stand for those of the same id.
    mutating func attempt(
        _ pod: PodSpec, _ goal: Goal, instead: [ProviderInstance] = [],
        adjust: (inout AdmissionSettings) -> Void = { _ in }
    ) -> DecisionTrace? {
        if let end = trialsEnd, ContinuousClock.now > end {
            hasCutTrials = true
            return nil
        }
        var rules = admission.settings
        rules.notesStock = false
        rules.choosesDevices = false
        rules.afterRefusal = .rollBack
        adjust(&rules)
        let providers = registry.providers.map { own in instead.first { $0.id == own.id } ?? own }
        var trial = PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: providers, settings: rules)
        // Providers may remember a pod that was refused, as the kubelet's CPU manager does.
        var pod = pod
        trials += 1
        pod.uid += "?\(trials)"
        var admitted: DecisionTrace?
        // Whoever throws before the commit is rolled back.
        _ = try? trial.admit(pod) { (trace) throws(NUMAHintsError) in
            admitted = trace
            throw NUMAHintsError(.usage, "a trial")
        }
        guard let admitted, goal.isReached(by: admitted) else { return nil }
        return admitted
    }

    /// That not all was tried that would let a pod in.
    func cutWarnings(after patience: Duration?) -> [String] {
        guard hasCutTrials, let patience else { return [] }
        return ["not all changes were tried: the search for them ended after \(patience.components.seconds) s"]
    }

    /// What comes of something while a pod holds nothing.
    ///
    /// - Returns: nil if the pod has nothing that could be put aside, or if that failed.
    mutating func aside<Result>(_ pod: PodSpec, _ body: (inout Node) -> Result) -> Result? {
        guard let index = residents.firstIndex(where: { $0.pod.uid == pod.uid }) else { return nil }
        let resident = residents.remove(at: index)
        do throws(ProviderFailure) {
            var states: [MemoryState] = []
            var keepers: [ProviderInstance] = []
            for provider in registry.providers {
                let own = try provider.memoryStates()
                states += own
                if !own.isEmpty { keepers.append(provider) }
            }
            let leaks = admission.release(resident.pod)
            let result = leaks.isEmpty ? body(&self) : nil
            try admission.restore(resident.pod, resident.pieces)
            for provider in keepers {
                for state in MemoryState.joined(states) { try provider.restore(state) }
            }
            residents.insert(resident, at: index)
            return result
        } catch {
            // What is decided from here on would be wrong.
            lost.append("\(resident.pod.namespace)/\(resident.pod.name) could not be put back: \(error)")
            return nil
        }
    }

    /// Providers as they would be with other settings or on another machine, holding what pods hold.
    ///
    /// - Returns: nil if they do not come up so, or if pods could not hold there what they hold.
    func variants(
        of ids: [String], on machine: Machine? = nil, settings: (String, String) -> String?
    ) -> [ProviderInstance]? {
        let machine = machine ?? self.machine
        let environment = ProviderEnvironment(machine: machine, root: root)
        var made: [ProviderInstance] = []
        for provider in registry.providers where ids.contains(provider.id) {
            let own = self.settings.settingsByID[provider.id] ?? "{}"
            guard let other = settings(provider.id, own),
                let instance = try? provider.another(settings: other, environment: environment),
                residents.allSatisfy({ Self.restore($0, to: instance, machine.nodeMask) })
            else { return nil }
            made.append(instance)
        }
        return made.isEmpty ? nil : made
    }

    private static func restore(_ resident: PodHoldings, to instance: ProviderInstance, _ nodes: NUMANodeMask) -> Bool {
        for index in resident.pod.containers.indices where !resident.pieces[index].isEmpty {
            let request = ResourceRequest(
                pod: resident.pod, container: index, candidateNodes: nodes, held: resident.pieces)
            do throws(ProviderFailure) { try instance.restore(request) } catch { return false }
        }
        return true
    }
}
