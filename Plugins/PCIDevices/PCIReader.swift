// SPDX-License-Identifier: Apache-2.0

import CPCI
public import NUMACore
public import SystemFiles

/// Reads the PCI functions of a machine: by libpci where it has a sysfs, else as the host describes it.
public struct PCIReader: Sendable {
    public static let folder = "/sys/bus/pci/devices"

    /// The files of the machine; nil if it has none.
    public let files: SystemFiles?
    /// What the host knows of the machine.
    public let machine: Machine

    /// - Parameter root: what stands before /sys: empty for the running system, nil if there is no sysfs.
    public init(root: String?, machine: Machine) {
        files = root.map(SystemFiles.init)
        self.machine = machine
    }

    /// What was found, and what could not be read: a line for each, which names it.
    public struct Findings: Hashable, Sendable {
        /// Ascending by address.
        public var functions: [PCIFunction]
        public var problems: [String]

        public init(functions: [PCIFunction] = [], problems: [String] = []) {
            self.functions = functions
            self.problems = problems
        }
    }

    /// Every function, bridges too, but only what can be read of it without waking it.
    public func read() -> Findings {
        guard let files else {
            return Findings(functions: machine.devices.map { described($0) })
        }
        // A machine without PCI has no such folder.
        guard files.kind(Self.folder) == .folder else { return Findings() }
        let access: PCIAccess
        do {
            access = try PCIAccess(root: files.root)
        } catch {
            return Findings(problems: ["libpci cannot read \(Self.folder): \(error.text)"])
        }
        let known = Dictionary(machine.devices.map { ($0.address, $0) }) { first, _ in first }
        var findings = Findings()
        for name in files.names(in: Self.folder) {
            guard let address = PCIAddress(name) else {
                findings.problems.append("\(Self.folder)/\(name) is not the address of a PCI function")
                continue
            }
            do throws(PCIAccess.Problem) {
                let facts = try access.facts(of: address)
                let function = function(name, facts, files, known[name], &findings.problems)
                findings.functions.append(function)
            } catch {
                // One that was unplugged since the names were read is no problem.
                guard files.kind("\(Self.folder)/\(name)") != nil else { continue }
                findings.problems.append("\(name) cannot be read: \(error.text)")
            }
        }
        numberVirtualFunctions(of: &findings.functions, files)
        return findings
    }

    /// The functions among these that no longer answer, though they are there. Virtual functions and those that sleep
    /// are not asked: the first have no number of their own, the others would be woken.
    public func silent(among functions: [PCIFunction]) -> Set<String> {
        guard let files, let access = try? PCIAccess(root: files.root) else { return [] }
        var silent: Set<String> = []
        for function in functions where function.device.physicalFunction == nil {
            let state = files.text("\(Self.folder)/\(function.address)/power/runtime_status", limit: 64)
            guard state != "suspended", let address = PCIAddress(function.address) else { continue }
            if access.answers(address) == false { silent.insert(function.address) }
        }
        return silent
    }

    private func function(
        _ name: String, _ facts: cpci_facts, _ files: SystemFiles, _ known: Device?, _ problems: inout [String]
    ) -> PCIFunction {
        let folder = "\(Self.folder)/\(name)"
        let path = bridges(above: name, files) + [name]
        var device = Device(
            address: name, classCode: facts.class_code, vendor: facts.vendor,
            device: facts.device, subsystemVendor: facts.subsystem_vendor,
            subsystemDevice: facts.subsystem_device, locality: .unknown,
            path: path.count > 1 ? path : known?.path ?? path)
        // libpci follows the link, which in a capture may lead nowhere.
        device.driver = files.linkName("\(folder)/driver")
        device.physicalFunction = files.linkName("\(folder)/physfn")
        device.virtualLimit = max(0, files.number("\(folder)/sriov_totalvfs") ?? 0)
        let own = Int(facts.numa_node)
        if own >= 0, !machine.nodeMask.contains(own) {
            problems.append("\(name) says node \(own), the machine has nodes \(machine.nodeMask.list)")
        }
        let (locality, source) = locality(own, path: device.path, files, known)
        device.locality = locality
        return PCIFunction(device, localitySource: source, iommuGroup: files.linkName("\(folder)/iommu_group"))
    }

    /// Unknown is not zero: only what a node that is there says counts.
    private func locality(
        _ own: Int, path: [String], _ files: SystemFiles, _ known: Device?
    ) -> (Locality, PCIFunction.LocalitySource) {
        if own >= 0, machine.nodeMask.contains(own) { return (.nodes([own]), .itself) }
        for bridge in path.dropLast().reversed() {
            guard let node = files.number("\(Self.folder)/\(bridge)/numa_node"), node >= 0,
                machine.nodeMask.contains(node)
            else { continue }
            return (.nodes([node]), .bridge(bridge))
        }
        if let known, known.locality != .unknown { return (known.locality, .machine) }
        return (.unknown, .nobody)
    }

    private func described(_ device: Device) -> PCIFunction {
        PCIFunction(
            device, localitySource: device.locality == .unknown ? .nobody : .itself, isDriverKnown: false)
    }

    /// The addresses of the bridges from the root down, by where the function's link leads.
    private func bridges(above name: String, _ files: SystemFiles) -> [String] {
        guard let target = files.linkTarget("\(Self.folder)/\(name)") else { return [] }
        let parts = target.split(separator: "/").map(String.init)
        guard parts.last == name else { return [] }
        return parts.dropLast().filter { PCIAddress($0) != nil }
    }

    /// Gives virtual functions their numbers, by the `virtfnN` links of the physical ones.
    private func numberVirtualFunctions(of functions: inout [PCIFunction], _ files: SystemFiles) {
        var indexes: [String: Int] = [:]
        for function in functions where function.device.virtualLimit > 0 {
            indexes.merge(files.virtualFunctions(in: "\(Self.folder)/\(function.address)")) { first, _ in first }
        }
        for place in functions.indices where functions[place].device.physicalFunction != nil {
            functions[place].device.virtualIndex = indexes[functions[place].address]
        }
    }
}
