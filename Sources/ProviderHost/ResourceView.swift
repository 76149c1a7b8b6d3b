// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Which resources an instance answers for, and which it is shown.
struct ResourceView {
    /// What it claims without what it leaves to others.
    var claims: [ResourceClaim]
    /// What it does not answer for, but sees.
    let observes: [ResourceClaim]
    /// What other instances of the host claim: a resource that nobody answers for is not shown to those who
    /// observe it, since they could not tell it from one that somebody gives.
    var othersClaims: [ResourceClaim] = []

    init(claims: [ResourceClaim], observes: [ResourceClaim]) {
        self.claims = claims
        self.observes = observes
    }

    func isClaimed(_ resource: ResourceName) -> Bool { Self.covers(claims, resource) }

    func isSeen(_ resource: ResourceName) -> Bool {
        isClaimed(resource) || Self.covers(observes, resource) && Self.covers(othersClaims, resource)
    }

    /// The claimed resources that the subject asks for, ascending; of a whole pod, those that any container asks for.
    func expected(of request: ResourceRequest) -> [ResourceName] {
        let containers = request.pod.containers
        let only = containers.count == 1 ? 0 : request.container
        // One container's are in order, each once.
        guard let only, containers.indices.contains(only) else { return request.resources.filter(isClaimed) }
        var names: [ResourceName] = []
        for amount in containers[only].requests where isClaimed(amount.resource) { names.append(amount.resource) }
        return names
    }

    private static func covers(_ claims: [ResourceClaim], _ resource: ResourceName) -> Bool {
        for claim in claims where claim.covers(resource) { return true }
        return false
    }
}
