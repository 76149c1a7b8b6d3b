// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Which devices a container is to have, of all the resources that it asks for together.
///
/// Choices are compared by these criteria, an earlier one before all later ones; docs/devices.md has the reasons.
/// 1. From each device to the nearest of each other resource: fewest pairs of the farthest kind.
/// 2. Devices of one resource: fewest cliques, then fewest pairs of the farthest kind.
/// 3. Fewest cliques broken that were free as a whole, then fewest devices left behind in the cliques touched.
/// 4. Ascending ids, resource by resource.
///
/// It decides inside tiers alone: how many devices come from each is settled before.
public struct DeviceChoice: Hashable, Sendable {
    /// One resource of it.
    public struct Part: Hashable, Sendable {
        public var resource: ResourceName
        /// Ascending.
        public var ids: [String]
        /// Whether there was something to choose.
        public var isChosen: Bool
    }

    /// In ascending order of resource.
    public let parts: [Part]
    /// Whether there is nothing better; if not, the search took too long.
    public let isBest: Bool
    let score: ChoiceScore

    /// The most comparisons of kinds of devices, in hundreds: so that its end does not depend on the clock.
    public static let usualLimit = 400_000

    /// The best choice; nil if there is too little of something, or a container asks for more than 2000 devices.
    ///
    /// - Parameters:
    ///   - demands: one for each resource, in any order.
    ///   - affinity: the nodes on which devices are taken first; nil if any will do.
    ///   - nodes: the machine's.
    public init?(
        _ demands: [DeviceDemand], affinity: NUMANodeMask?, nodes: NUMANodeMask, limit: Int = usualLimit
    ) {
        let demands = demands.sorted { $0.resource < $1.resource }
        guard demands.reduce(0, { $0 + min($1.need, .max / 2 - $0) }) <= ProximityHistogram.deviceLimit,
            let problem = ChoiceProblem(demands, affinity: affinity, nodes: nodes)
        else { return nil }
        var search = ChoiceSearch(problem, limit: limit)
        search.run()
        guard let best = search.best else { return nil }
        isBest = !search.isCut
        score = best.score
        parts = demands.enumerated().map { index, demand in
            let quota = problem.quotas[index]
            let places = quota.classes.flatMap { problem.classes[$0].members.prefix(best.taken[$0]) }.sorted()
            return Part(
                resource: demand.resource, ids: places.map { demand.candidates[$0].device.id },
                isChosen: quota.open > 0)
        }
    }
}
