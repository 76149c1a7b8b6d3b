// SPDX-License-Identifier: Apache-2.0

import Admission
package import KubernetesFormats
package import NUMACore
import ProviderHost

/// Says what is wrong with a kubelet's state files, by themselves and against the machine and the settings, and what the
/// kubelet does about it when it starts next.
///
/// Sources: `validateState` of `policy_static.go` in `pkg/kubelet/cm/cpumanager` and `memorymanager`, `restoreState` of
/// their `state_checkpoint.go`, and `Start` in `devicemanager/manager.go`, Kubernetes 1.20 and later.
package struct KubeletDoctor {
    /// What a kubelet does when it starts.
    package enum AtStart: String, Hashable, Sendable {
        /// It ends with an error, until the node is drained and the file removed, or the file is put right.
        case doesNotStart = "does-not-start"
        /// It starts, and does not know any more what containers hold.
        case forgets
        /// It starts, and what is wrong stays so.
        case goesOn = "goes-on"
    }

    /// One thing that is wrong.
    package struct Finding: Hashable, Sendable {
        /// Nil for the settings.
        package var file: KubeletState.FileName?
        /// One sentence without the file's name, for which ``place`` is.
        package var text: String
        /// The path of the file, with a line where one is to blame.
        package var place: String
        package var atStart: AtStart
        /// What was done about it in ``KubeletDoctor/repaired``; nil if that is not for a program to decide.
        package var repair: String?
    }

    /// In the order of the files, then those of the settings.
    package private(set) var findings: [Finding] = []
    /// The files that can be read, as they would be right, as far as that can be said.
    package private(set) var repaired: KubeletState

    private let folder: String

    /// - Parameters:
    ///   - state: read without a look at checksums.
    ///   - damage: of the files as a kubelet reads them.
    ///   - node: fresh, with the kubelet's settings.
    ///   - isConfigured: whether those are known; else nothing is compared with them.
    package init(
        _ state: KubeletState, damage: [NUMAHintsError], folder: String, on node: Node, isConfigured: Bool
    ) throws(NUMAHintsError) {
        repaired = state
        self.folder = folder
        for error in damage { report(damage: error, isReadable: state) }
        reportMissing()
        if let cpu = state.cpu { examine(cpu, node, isConfigured) }
        if let memory = state.memory { try examine(memory, node, isConfigured) }
        for problem in state.problems where problem.file == .devices {
            add(.devices, problem.message, .goesOn)
        }
        for warning in node.settings.warnings {
            guard let text = warning.kubeletProblem else { continue }
            let place = warning.file + (warning.line.map { ":\($0)" } ?? "")
            findings.append(Finding(file: nil, text: text, place: place, atStart: .doesNotStart))
        }
        let order = KubeletState.FileName.allCases
        findings = findings.enumerated().sorted { one, other in
            func rank(_ finding: Finding) -> Int { finding.file.flatMap(order.firstIndex) ?? order.count }
            return (rank(one.element), one.offset) < (rank(other.element), other.offset)
        }.map(\.element)
    }

    /// Files that are there and cannot be read, in their order.
    package var unreadable: [KubeletState.FileName] {
        KubeletState.FileName.allCases.filter { file in
            switch file {
            case .cpu: repaired.cpu == nil && !repaired.missing.contains(file)
            case .memory: repaired.memory == nil && !repaired.missing.contains(file)
            case .devices: repaired.devices == nil && !repaired.missing.contains(file)
            }
        }
    }

    /// Whether the kubelet starts with these files and settings.
    package var starts: Bool { !findings.contains { $0.atStart == .doesNotStart } }

    mutating func add(_ file: KubeletState.FileName, _ text: String, _ atStart: AtStart, repair: String? = nil) {
        findings.append(
            Finding(file: file, text: text, place: "\(folder)/\(file.rawValue)", atStart: atStart, repair: repair))
    }

    // MARK: Files

    private mutating func report(damage error: NUMAHintsError, isReadable state: KubeletState) {
        let file = KubeletState.FileName(ofFile: error.file)
        let isThere =
            switch file {
            case .cpu: state.cpu != nil
            case .memory: state.memory != nil
            case .devices: state.devices != nil
            case nil: false
            }
        let finding = Finding(
            file: file, text: error.message, place: (error.file ?? folder) + (error.line.map { ":\($0)" } ?? ""),
            atStart: file == .devices ? .forgets : .doesNotStart,
            repair: isThere ? "the same content with the right checksum" : nil)
        findings.append(finding)
    }

    /// A file that is gone while others say that pods hold something.
    private mutating func reportMissing() {
        let holdings = KubeletHoldings(repaired)
        guard !holdings.pods.isEmpty else { return }
        let files: [(KubeletState.FileName, what: String)] = [
            (.cpu, "CPUs"), (.memory, "memory"), (.devices, "devices"),
        ]
        for (file, what) in files where repaired.missing.contains(file) {
            add(
                file, "is not there, and the other files say that pods run: which \(what) they hold is not known",
                .forgets)
        }
    }

    // MARK: CPUs

    private mutating func examine(_ file: CPUManagerCheckpoint, _ node: Node, _ isConfigured: Bool) {
        let words = CPUWords(node.settings.settingsByID[CPUWords.provider] ?? "{}")
        if isConfigured, let set = words?.policy, set != file.policyName {
            add(.cpu, "is of the policy \(file.policyName), and the settings say \(set)", .doesNotStart)
            return
        }
        let own = repaired.problems.filter { $0.file == .cpu }
        guard file.policyName == "static" else {
            for problem in own { add(.cpu, problem.message, .goesOn) }
            return
        }
        let held = file.pods.flatMap { $0.containers ?? [] }.reduce(CPUSet()) { $0.union($1.cpus.cpus) }
        let shared = file.defaultCPUSet.cpus
        // A file without any is one of a kubelet that has just begun.
        if shared.isEmpty, held.isEmpty { return }
        var all = CPUSet(node.machine.cpus.filter(\.isOnline).map(\.id))
        let reserved = isConfigured ? words?.reservedCPUs.flatMap { CPUSet(list: $0) } ?? [] : []
        if words?.options?["strict-cpu-reservation"] == true { all = all.subtracting(reserved) }
        let gone = held.subtracting(all)
        let right = all.subtracting(held)
        let text = "defaultCpuSet is \(right.isEmpty ? "empty" : right.list)"
        for problem in own {
            // Two pods on the same CPUs: the kubelet does not look.
            let isDoubled = problem.message.contains("held by both")
            add(.cpu, problem.message, isDoubled ? .goesOn : .doesNotStart, repair: isDoubled ? nil : text)
        }
        if shared.isEmpty { add(.cpu, "defaultCpuSet is empty, and containers hold \(held.list)", .doesNotStart) }
        let leaked = all.subtracting(held).subtracting(shared)
        if !leaked.isEmpty {
            add(.cpu, "the CPUs \(leaked.list) are neither in defaultCpuSet nor held", .doesNotStart, repair: text)
        }
        let surplus = shared.subtracting(all)
        if !surplus.isEmpty {
            add(
                .cpu,
                "the CPUs \(surplus.list) of defaultCpuSet are not on this machine, off-line or reserved strictly",
                .doesNotStart, repair: text)
        }
        if !gone.isEmpty {
            add(
                .cpu, "the CPUs \(gone.list), which containers hold, are not on this machine or off-line", .doesNotStart
            )
        }
        let taken = reserved.intersection(held)
        if !taken.isEmpty {
            add(.cpu, "the CPUs \(taken.list) are reserved by the settings, and containers hold them", .doesNotStart)
        }
        if right != shared, !right.isEmpty { repaired.cpu?.defaultCPUSet = CPUListText(right) }
    }

    // MARK: Memory

    private mutating func examine(
        _ file: MemoryManagerCheckpoint, _ node: Node, _ isConfigured: Bool
    ) throws(NUMAHintsError) {
        let words = MemoryWords(node.settings.settingsByID[MemoryWords.providers[0]] ?? "{}")
        if isConfigured, let set = words?.policy, set != file.policyName.lowercased() {
            add(.memory, "is of the policy \(file.policyName), and the settings say \(set)", .doesNotStart)
            return
        }
        let own = repaired.problems.filter { $0.file == .memory }
        guard isConfigured, file.policyName == "Static" else {
            for problem in own { add(.memory, problem.message, .goesOn) }
            return
        }
        let expected = try ExpectedMemory(file, on: node)
        // Two files that differ in who runs: each is right for its kubelet manager.
        for problem in own where problem.message.contains("cpu_manager_state") {
            add(.memory, problem.message, .goesOn)
        }
        for line in expected.lost { add(.memory, line, .doesNotStart) }
        let fixed = expected.lost.isEmpty ? "the books that a kubelet expects of this machine and these blocks" : nil
        for line in expected.differences { add(.memory, line, .doesNotStart, repair: fixed) }
        if expected.lost.isEmpty, !expected.differences.isEmpty { repaired.memory?.nodes = expected.nodes }
    }
}

extension FileWarning {
    /// What would keep a kubelet from starting, if it is about that.
    fileprivate var kubeletProblem: String? {
        let start = "a kubelet would not start: "
        return text.hasPrefix(start) ? String(text.dropFirst(start.count)) : nil
    }
}
