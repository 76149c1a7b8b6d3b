// SPDX-License-Identifier: Apache-2.0

import Enforcement
import NUMACore
import ProviderHost

/// Where devices are now.
extension AllocationReader {
    /// The devices among pieces, with what is known of them now.
    ///
    /// Where the machine itself says the nodes of a PCI device that counts, and else what its provider lists.
    func devices(among pieces: [Assignment]) throws(NUMAHintsError) -> [DevicePlace] {
        let held = pieces.filter { if case .device = $0.piece { true } else { false } }
        guard !held.isEmpty else { return [] }
        let (listed, isListed) = try listedDevices()
        return held.compactMap { piece in
            guard case .device(let id, let nodes) = piece.piece else { return nil }
            let known = machine.devices.first { $0.address == id }
            let told = listed.first { $0.resource == piece.resource && $0.id == id }
            var now: DevicePlace.Now = isListed(piece.resource) ? .gone : .untold
            if let known { now = .at(known.locality) }
            if let told, known?.locality ?? .unknown == .unknown { now = .at(told.locality) }
            return DevicePlace(piece.resource, id, admitted: nodes, now: now)
        }
    }

    /// What the providers list, and whether one of them lists the devices of a resource.
    private func listedDevices() throws(NUMAHintsError) -> (
        [ListedDevice], (ResourceName) -> Bool
    ) {
        var devices: [ListedDevice] = []
        var resources: Set<ResourceName> = []
        for provider in providers {
            do throws(ProviderFailure) {
                guard let ids = try provider.deviceIDs() else { continue }
                resources.formUnion(ids.keys)
                devices += try provider.devices()
            } catch {
                throw NUMAHintsError(.provider, "\(error)", file: provider.path)
            }
        }
        return (devices, resources.contains)
    }
}
