// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Picks CPUs out of those available, as the kubelet's static CPU manager policy does.
public struct CPUPicker: Hashable, Sendable {
    public let topology: CPUTopology
    /// distribute-cpus-across-cores: single CPUs over all cores.
    public var isSpread = false
    /// prefer-align-cpus-by-uncorecache: whole last-level caches, or parts of one.
    public var byCache = false
    /// distribute-cpus-across-numa: evenly over nodes, in groups of so many CPUs; nil to pack.
    public var distributedGroupSize: Int?

    /// Picks as the kubelet does where it goes wrong: its search overwrites its best combination of nodes, and
    /// it takes sockets that only pass for free. What it picks may then not be available.
    public var imitatesKubelet = false

    public init(_ topology: CPUTopology) { self.topology = topology }

    /// A picker that follows the options of the settings.
    public init(_ topology: CPUTopology, _ settings: CPUSettings) {
        self.init(topology)
        isSpread = settings.has(.distributeAcrossCores)
        byCache = settings.has(.preferAlignByCache)
        imitatesKubelet = settings.imitatesKubelet
        if settings.has(.distributeAcrossNUMA) {
            distributedGroupSize = settings.has(.fullPhysicalCPUsOnly) ? topology.cpusPerCore : 1
        }
    }

    /// So many of the CPUs, or nil if there are fewer.
    public func pick(_ count: Int, from available: CPUSet) -> CPUSet? {
        var accumulator = CPUAccumulator(
            topology, available: available, needed: count, isSpread: isSpread, imitatesKubelet: imitatesKubelet)
        if accumulator.isSatisfied { return [] }
        if accumulator.isImpossible { return nil }
        if let size = distributedGroupSize {
            var distributed = accumulator
            if size > 0, count % size == 0, let cpus = distributed.distribute(groupSize: size) { return cpus }
        }
        // What is not to be had in groups, or not evenly, is packed without regard to caches.
        accumulator.pack(byCache: byCache && distributedGroupSize == nil)
        return accumulator.isSatisfied ? accumulator.result : nil
    }
}
