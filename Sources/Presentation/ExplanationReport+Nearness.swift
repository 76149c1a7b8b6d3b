// SPDX-License-Identifier: Apache-2.0

import DeviceChoice
import NUMACore

extension ExplanationReport {
    /// How near to each other the devices of one container are.
    struct NearnessReport: Encodable {
        var container: String
        /// Each device with the nearest of each other resource.
        var pairs: [PairReport]
        /// Between the devices of one resource.
        var among: [AmongReport]
        /// What was taken of devices that belong together.
        var cliques: [CliqueReport]
        /// What would be nearer if others held nothing; null if nothing would.
        @Null var regret: String?
        /// What did not go as it should.
        var remarks: [String]

        init(_ nearness: DeviceNearness) {
            container = nearness.container
            pairs = nearness.pairs.map {
                PairReport(
                    devices: [DeviceReport($0.one), DeviceReport($0.other)], proximity: $0.proximity.name)
            }
            among = nearness.among.flatMap { among in
                among.counts.map {
                    AmongReport(
                        resource: among.resource.rawValue, proximity: $0.proximity.name, pairs: $0.pairs)
                }
            }
            cliques = nearness.cliques.map { CliqueReport($0) }
            regret = nearness.regret
            remarks = nearness.remarks
        }
    }

    struct PairReport: Encodable {
        var devices: [DeviceReport]
        /// `X`, `PIX`, `PXB`, `PHB`, `NODE`, `SYS`, or `?`.
        var proximity: String
    }

    struct DeviceReport: Encodable {
        var resource: String
        var id: String

        init(_ name: DeviceNearness.Name) {
            resource = name.resource.rawValue
            id = name.id
        }
    }

    struct AmongReport: Encodable {
        var resource: String
        var proximity: String
        /// How many pairs are as near as that.
        var pairs: Int
    }

    struct CliqueReport: Encodable {
        var resource: String
        /// The group's name; null where a switch makes the clique.
        @Null var group: String?
        /// The root port above, or the place at the root, that the devices share; null for a group.
        @Null var root: String?
        var taken: Int
        /// How many the container could have had.
        var usable: Int
        var size: Int

        init(_ clique: DeviceNearness.Clique) {
            resource = clique.resource.rawValue
            group = clique.group
            root = clique.root
            taken = clique.taken
            usable = clique.usable
            size = clique.size
        }
    }
}
