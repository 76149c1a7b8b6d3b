// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import PCIDevices
public import ProviderKit
import SystemFiles

/// PCI devices as countable resources: GPUs, accelerators, NVMe controllers, and whatever rules name.
public struct PCIProvider: CountableDevices, WatchingProvider {
    public static let descriptor = ProviderDescriptor(
        id: "org.numa-hints.pci", version: "0.1.0", summary: "PCI devices by rules: GPUs, accelerators, NVMe",
        hasBooksOnly: true, yields: true)

    private let settings: PCISettings
    private let reader: PCIReader
    private let context: ProviderContext
    private var inventory = PCIInventory()
    public var pool: DevicePool
    private var problems: [String] = []
    /// Of settings, and of built-in rules those that found something when the instance was made.
    public let claims: [ResourceClaim]

    public init(context: ProviderContext) throws {
        settings = try PCISettings(context.settingsObject())
        reader = PCIReader(root: context.root, machine: try context.requireMachine())
        self.context = context
        let findings = reader.read()
        let inventory = try Self.inventory(findings, settings, reader)
        let named = settings.rules.filter { !$0.isBuiltIn }.map { ResourceName($0.resource) }
        // What is claimed is answered for also once there is none of it any more.
        pool = DevicePool(
            inventory.devices, claimed: named + inventory.devices.map(\.resource),
            imitatesKubelet: settings.imitatesKubelet)
        claims = pool.resources.map { ResourceClaim($0.rawValue) }
        take(inventory, findings)
    }

    public var refreshSeconds: UInt64 { settings.pollSeconds }

    public mutating func refresh() throws -> Bool {
        let findings = reader.read()
        let inventory = try Self.inventory(findings, settings, reader)
        take(inventory, findings)
        // Claims do not change: a preset that had no device at the start has none now.
        return pool.replace(with: inventory.devices.filter { pool.resources.contains($0.resource) })
    }

    public mutating func prepare(_ request: ResourceRequest, _ placement: Placement) throws -> [Assignment] {
        var pieces = try pool.prepare(request, placement)
        for (place, rule) in settings.rules.enumerated() where !rule.environment.isEmpty {
            var ids: [String] = []
            var first: Int?
            for (index, piece) in pieces.enumerated() {
                guard case .device(let id, _) = piece.piece, inventory.rules[id] == place else { continue }
                first = first ?? index
                ids.append(id)
            }
            guard let first else { continue }
            pieces[first].attributes += rule.environment.map {
                .init("env", "\($0.name)=\($0.value.replacing("{ids}", with: ids.joined(separator: ",")))")
            }
        }
        return pieces
    }

    /// Keeps what was found, and says what is new about it.
    private mutating func take(_ inventory: PCIInventory, _ findings: PCIReader.Findings) {
        let before = problems + self.inventory.notes
        for line in findings.problems where !before.contains(line) { context.log(.warning, line) }
        for line in inventory.notes where !before.contains(line) { context.log(.info, line) }
        self.inventory = inventory
        problems = findings.problems
    }

    private static func inventory(
        _ findings: PCIReader.Findings, _ settings: PCISettings, _ reader: PCIReader
    ) throws(ProviderError) -> PCIInventory {
        let meant = PCIInventory.meant(findings.functions, settings.rules).map(\.function)
        let silent = reader.silent(among: meant)
        let groups = try PCIGroups(settings, findings.functions, reader.files)
        return PCIInventory(findings.functions, settings.rules, groups: groups.list) { function in
            guard let files = reader.files else { return PCIInventory.Extra() }
            let driver = NVIDIADriver(address: function.address, files)
            var extra = PCIInventory.Extra(uuid: driver?.uuid, nodes: DeviceNodes.paths(of: function, files))
            if silent.contains(function.address) { extra.problem = "the hardware no longer answers" }
            if driver?.isExcluded ?? false { extra.problem = "NVIDIA's driver was told to leave it alone" }
            return extra
        }
    }
}
