// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// Whether what a provider shows of its books (stock, devices) is right.
enum BookChecks {
    private static let stockID = "numa-hints.stock/1"
    private static let devicesID = "numa-hints.devices/1"

    static let all: [Check] = [
        Check(
            "stock-records",
            "Stock comes by resource and place in order, once each, and with no more free than there is.",
            needs: Needs.instances
        ) {
            try records($0, stockID) { (instance) throws(ProviderFailure) in try instance.stock().count }
        },
        Check("devices-records", "Devices come as complete records.", needs: Needs.instances) {
            try records($0, devicesID) { (instance) throws(ProviderFailure) in try instance.devices().count }
        },
        Check(
            "devices-order", "Devices ascend by id, each once, and count towards what is claimed.",
            needs: Needs.instances + ["devices-records"]
        ) {
            subject in
            let instance = try offering(subject, devicesID)
            let devices = try instance.devices()
            for device in devices {
                try subject.expect(
                    instance.isClaimed(device.resource), "devices",
                    "\(device.id) is of \(device.resource), which is not claimed")
            }
            for (one, next) in zip(devices, devices.dropFirst()) {
                try subject.expect(one.id < next.id, "devices", "\(next.id) comes after \(one.id)")
            }
        },
        Check(
            "stock-stops", "A walk through the stock ends when the visitor says so.",
            needs: Needs.instances + ["stock-records"]
        ) {
            subject in
            let instance = try offering(subject, stockID)
            guard try instance.stock().count > 1 else { throw NothingToCheck("it has no two records of stock") }
            let count = instance.stockVisitsThatStop()
            try subject.expect(
                count == 1, "stock", "\(count ?? 0) records came, though the first visit said that it is enough")
        },
        Check(
            "devices-stops", "A walk through the devices ends when the visitor says so.",
            needs: Needs.instances + ["devices-records"]
        ) {
            subject in
            let instance = try offering(subject, devicesID)
            guard try instance.devices().count > 1 else { throw NothingToCheck("it has no two devices") }
            let count = instance.deviceVisitsThatStop()
            try subject.expect(
                count == 1, "devices", "\(count ?? 0) came, though the first visit said that it is enough")
        },
        Check(
            "stock-follows", "Stock that is given is free no longer, as an open transaction has it.",
            needs: Needs.changes
        ) {
            subject in
            _ = try offering(subject, stockID)
            for demand in try subject.givenDemands() where demand.resource.unit != .bytes {
                let instance = try subject.make()
                func free() throws -> UInt64 {
                    try instance.stock().filter { $0.resource == demand.resource }.reduce(0) {
                        $0.addingClamped($1.free)
                    }
                }
                let before = try free()
                guard before > 0 else { continue }
                let grant = try subject.give(instance, subject.bench.transaction(), demand, to: "pod-a")
                let given = grant.pieces.reduce(UInt64(0)) { $0.addingClamped(Exclusive.quantity($1)) }
                let after = try free()
                try subject.expect(
                    before >= given && after == before - given, "stock",
                    "\(before) of \(demand.resource) were free, \(given) were given, and \(after) are free")
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("its stock does not count what it gives") }
        },
        Check("stock-total", "The total of the stock stays when something is given.", needs: Needs.changes) { subject in
            _ = try offering(subject, stockID)
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let before = try instance.stock().map(\.total)
                _ = try subject.give(instance, subject.bench.transaction(), demand, to: "pod-a")
                try subject.expect(
                    try instance.stock().map(\.total) == before, "stock", "the totals of \(demand.resource) changed")
            }
        },
        Check(
            "devices-free", "A device that is given is listed as not free, and free before and after.",
            needs: Needs.changes
        ) {
            subject in
            _ = try offering(subject, devicesID)
            for demand in try subject.givenDemands() {
                let instance = try subject.make()
                let transaction = subject.bench.transaction()
                let before = try instance.devices()
                let grant = try subject.give(instance, transaction, demand, to: "pod-a")
                let ids = grant.pieces.compactMap { piece -> String? in
                    if case .device(let id, _) = piece.piece { id } else { nil }
                }
                for id in ids {
                    try subject.expect(
                        before.contains { $0.id == id && $0.isFree && $0.isHealthy }, "devices",
                        "\(id) was given and not listed as free and healthy before")
                    try subject.expect(
                        try instance.devices().contains { $0.id == id && !$0.isFree }, "devices",
                        "\(id) was given and is listed as free")
                }
            }
            if subject.bench.assertions == 0 { throw NothingToCheck("it gives no devices") }
        },
        Check("extension-unknown", "An extension that nobody knows is answered by NULL.", needs: Needs.instances) {
            let isThere = try $0.make().offers("org.numa-hints.check.nobody/1")
            try $0.expect(!isThere, "extension", "gave a table for org.numa-hints.check.nobody/1")
        },
    ]

    private static func offering(_ subject: Subject, _ id: String) throws -> ProviderInstance {
        let instance = try subject.make()
        guard instance.offers(id) else { throw NothingToCheck("it does not offer \(id)") }
        return instance
    }

    private static func records(
        _ subject: Subject, _ id: String, _ count: (ProviderInstance) throws(ProviderFailure) -> Int
    ) throws {
        let instance = try offering(subject, id)
        do throws(ProviderFailure) {
            for _ in 0..<(try count(instance)) { try? subject.expect(true, id, "") }
        } catch {
            throw BrokenPromise(id, Subject.text(error))
        }
    }
}
