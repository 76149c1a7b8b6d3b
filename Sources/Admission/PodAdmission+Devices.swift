// SPDX-License-Identifier: Apache-2.0

import DeviceChoice
import NUMACore

/// Which devices a container is to have, where the providers of what it asks for list theirs.
extension PodAdmission {
    /// What is wanted for one container.
    struct DevicePlan {
        var demands: [DeviceDemand]
        var wanted: [Assignment] = []
        /// What did not go as it should.
        var remarks: [String] = []
    }

    /// Nil where there is nothing to choose: no device is said to be in a group or somewhere in the PCI tree.
    func devicePlan(_ request: ResourceRequest, _ affinity: TopologyHint) throws(ProviderFailure) -> DevicePlan? {
        guard settings.choosesDevices, let subject = request.subject else { return nil }
        // Who has nothing to say of places is listed only where others have.
        guard asks(subject, providers.filter(\.mayPlaceDevices)) else { return nil }
        var listed: [(amount: ResourceAmount, devices: [ListedDevice])] = []
        for provider in providers {
            let asked = subject.requests.filter { amount in
                amount.quantity > 0 && provider.claims.contains { $0.covers(amount.resource) }
            }
            guard !asked.isEmpty else { continue }
            let devices = try provider.devices()
            guard !devices.isEmpty else { continue }
            for amount in asked { listed.append((amount, devices.filter { $0.resource == amount.resource })) }
        }
        guard listed.contains(where: { $0.devices.contains { $0.group != nil || $0.path != nil } }) else { return nil }
        let demands = listed.compactMap { amount, devices in
            devices.isEmpty
                ? nil
                : DeviceDemand(
                    amount.resource, need: Int(clamping: amount.quantity), standings(devices, request))
        }
        return plan(demands, affinity)
    }

    private func asks(_ subject: ContainerSpec, _ providers: [any HintProvider]) -> Bool {
        providers.contains { provider in
            subject.requests.contains { amount in
                amount.quantity > 0 && provider.claims.contains { $0.covers(amount.resource) }
            }
        }
    }

    private func plan(_ demands: [DeviceDemand], _ affinity: TopologyHint) -> DevicePlan {
        var plan = DevicePlan(demands: demands)
        guard let choice = DeviceChoice(demands, affinity: affinity.nodes, nodes: nodes) else { return plan }
        for part in choice.parts where part.isChosen {
            guard let demand = demands.first(where: { $0.resource == part.resource }) else { continue }
            let chosen = Set(part.ids)
            for device in demand.candidates.map(\.device) where chosen.contains(device.id) {
                var near = NUMANodeMask()
                if case .nodes(let nodes) = device.locality { near = nodes }
                plan.wanted.append(Assignment(device.resource, .device(id: device.id, nodes: near)))
            }
        }
        if !choice.isBest { plan.remarks.append("the search was ended early: there may be devices that are nearer") }
        return plan
    }

    /// Whether the container may have each device, by what the pod's containers hold.
    private func standings(_ devices: [ListedDevice], _ request: ResourceRequest) -> [DeviceDemand.Candidate] {
        var (own, left, kept) = (Set<String>(), Set<String>(), Set<String>())
        for (index, pieces) in request.held.enumerated() where request.pod.containers.indices.contains(index) {
            for piece in pieces {
                guard case .device(let id, _) = piece.piece, piece.resource == devices.first?.resource else { continue }
                if index == request.container {
                    own.insert(id)
                } else if request.pod.containers[index].kind == .initialization {
                    left.insert(id)
                } else {
                    kept.insert(id)
                }
            }
        }
        // As a rule nothing is held yet.
        let isFirst = own.isEmpty && left.isEmpty
        return devices.map { device in
            if isFirst, device.isHealthy { return DeviceDemand.Candidate(device, device.isFree ? .free : .held) }
            let standing: DeviceDemand.Standing =
                if own.contains(device.id) {
                    .own
                } else if left.contains(device.id), !kept.contains(device.id) {
                    .reusable
                } else if !device.isHealthy {
                    .unhealthy
                } else {
                    device.isFree ? .free : .held
                }
            return DeviceDemand.Candidate(device, standing)
        }
    }

    /// Prepares with what is wanted of a provider; where it cannot give that, without.
    func prepare(
        _ provider: any HintProvider, _ request: ResourceRequest, _ affinity: TopologyHint,
        _ transaction: TransactionID, _ plan: inout DevicePlan?
    ) throws(ProviderFailure) -> [Assignment] {
        let wanted = (plan?.wanted ?? []).filter { piece in provider.claims.contains { $0.covers(piece.resource) } }
        if !wanted.isEmpty {
            do throws(ProviderFailure) {
                return try provider.prepare(transaction, request, Placement(affinity: affinity, wanted: wanted))
            } catch {
                guard error.kind == .exhausted || error.kind == .unsupported else { throw error }
                plan?.remarks.append("\(provider.id) did not give what was nearest: \(error.reason.text)")
            }
        }
        return try provider.prepare(transaction, request, Placement(affinity: affinity))
    }

    /// How near to each other the devices are that a container was given; nil where nothing was planned.
    func nearness(
        _ plan: DevicePlan?, _ given: [Assignment], container: String, _ affinity: TopologyHint
    ) -> DeviceNearness? {
        guard let plan else { return nil }
        let ids = plan.demands.map { demand in
            let own = given.compactMap { piece -> String? in
                guard case .device(let id, _) = piece.piece, piece.resource == demand.resource else { return nil }
                return id
            }
            return (resource: demand.resource, ids: Set(own))
        }
        var nearness = DeviceNearness(
            container: container, ids, of: plan.demands, affinity: affinity.nodes, nodes: nodes)
        nearness.remarks = plan.remarks
        return nearness
    }
}
