// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Sorts the answers of a request: what has no preference is left out, what is impossible is noted,
/// the rest become offers.
struct OfferReader<Bits: NodeBits> {
    let machine: Bits
    let numbering: NodeNumbering
    private(set) var offers: [Offer<Bits>] = []
    private(set) var isAnyImpossible = false

    init(machine: Bits, numbering: NodeNumbering) {
        self.machine = machine
        self.numbering = numbering
    }

    mutating func read(_ answers: [ResourceAnswer], _ steps: inout Steps) throws(StepLimitReached) {
        var joints: [(name: String, resources: [ResourceName], capacities: [Capacity])] = []
        for answer in answers {
            switch answer.placement {
            case .any: break
            case .impossible: isAnyImpossible = true
            case .hints(let hints) where hints.isEmpty: isAnyImpossible = true
            case .hints(let hints): try read(hints, of: answer.resource, &steps)
            case .capacity(let capacity):
                guard let joint = capacity.joint else {
                    try read([capacity], of: [answer.resource], &steps)
                    continue
                }
                if let place = joints.firstIndex(where: { $0.name == joint }) {
                    joints[place].resources.append(answer.resource)
                    joints[place].capacities.append(capacity)
                } else {
                    joints.append((joint, [answer.resource], [capacity]))
                }
            }
        }
        for joint in joints { try read(joint.capacities, of: joint.resources, &steps) }
    }

    private mutating func read(
        _ hints: [TopologyHint], of resource: ResourceName, _ steps: inout Steps
    ) throws(StepLimitReached) {
        var offer = Offer<Bits>(resources: [resource])
        var preferred: [Bits] = []
        offer.masks.reserveCapacity(hints.count)
        preferred.reserveCapacity(hints.count)
        var narrowest = Int.max
        try steps.take(1)
        // By index, and the word first: taking each hint out would count references.
        for index in hints.indices {
            let isPreferred = hints[index].isPreferred
            let mask: Bits
            if let word = hints[index].nodes?.bits.singleWord,
                let places = numbering.places(ofWord: word, as: Bits.self)
            {
                mask = places
            } else if let given = hints[index].nodes {
                mask = numbering.places(of: given)
            } else {
                offer.hasNoMask = true
                if isPreferred { offer.hasPreferredNoMask = true }
                continue
            }
            if hints[index].includesWider { offer.wider.append(mask) }
            offer.masks.append(mask)
            if isPreferred { preferred.append(mask) }
            narrowest = min(narrowest, mask.count)
        }
        if narrowest < .max { offer.narrowest = narrowest }
        offer.prefer(preferred)
        offers.append(offer)
    }

    private mutating func read(
        _ capacities: [Capacity], of resources: [ResourceName], _ steps: inout Steps
    ) throws(StepLimitReached) {
        let reader = CapacityReader(capacities, machine: machine, numbering: numbering)
        if let offer = try reader.offer(for: resources, &steps) {
            offers.append(offer)
        } else if !capacities.allSatisfy(\.elseAny) {
            isAnyImpossible = true
        }
    }
}
