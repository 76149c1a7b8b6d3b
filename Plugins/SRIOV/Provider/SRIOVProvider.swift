// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import PCIDevices
public import ProviderKit

/// Network functions, virtual ones above all, in the pools of the SR-IOV network device plugin.
public struct SRIOVProvider: CountableDevices, WatchingProvider {
    public static let descriptor = ProviderDescriptor(
        id: "org.numa-hints.sriov", version: "0.1.0",
        summary: "Network functions in the pools of the SR-IOV device plugin",
        hasBooksOnly: true)

    private let settings: SRIOVSettings
    private let reader: PCIReader
    private let context: ProviderContext
    private var inventory = NetworkInventory()
    public var pool: DevicePool
    /// What was said of the machine and the settings.
    private var said: [String] = []

    public init(context: ProviderContext) throws {
        settings = try SRIOVSettings(context.settingsObject())
        reader = PCIReader(root: context.root, machine: try context.requireMachine())
        self.context = context
        pool = DevicePool(
            [], claimed: settings.pools.map { ResourceName($0.resource) }, imitatesKubelet: settings.imitatesKubelet)
        for line in settings.unknown { context.log(.warning, line) }
        look()
    }

    public var refreshSeconds: UInt64 { settings.pollSeconds }
    public mutating func refresh() -> Bool { look() }

    public mutating func prepare(_ request: ResourceRequest, _ placement: Placement) throws -> [Assignment] {
        var pieces = try pool.prepare(request, placement)
        for (place, own) in settings.pools.enumerated() {
            var ids: [String] = []
            var first: Int?
            for (index, piece) in pieces.enumerated() {
                guard case .device(let id, _) = piece.piece, inventory.taken[id]?.pool == place else { continue }
                first = first ?? index
                ids.append(id)
            }
            guard let first else { continue }
            pieces[first].attributes += try inventory.variables(for: ids, own)
        }
        return pieces
    }

    /// Looks what there is; says what is new about it, and whether anything changed.
    @discardableResult
    private mutating func look() -> Bool {
        // Without pools there is nothing to look for.
        guard !settings.pools.isEmpty else { return false }
        let findings = reader.read()
        let kinds = Set(settings.pools.map(\.kind.baseClass))
        let networks = findings.functions.filter { kinds.contains($0.baseClass) }.map { function in
            reader.files.map { NetworkFunction(function, $0) } ?? NetworkFunction(function)
        }
        inventory = NetworkInventory(
            networks, settings.pools, inUse: reader.files.map(DefaultRoute.interfaces) ?? [],
            offersDown: settings.offersDown, isHeld: pool.isHeld)
        let isChanged = pool.replace(with: inventory.devices)
        for line in findings.problems where !said.contains(line) { context.log(.warning, line) }
        for line in inventory.notes where !said.contains(line) { context.log(.info, line) }
        said = findings.problems + inventory.notes
        return isChanged
    }
}
