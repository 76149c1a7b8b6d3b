// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesFormats
import NUMACore
import SystemFiles

/// Where devices are that a kubelet knows by their ids alone.
struct DevicePlaces {
    static let provider = "org.numa-hints.devices"

    /// What settings of `org.numa-hints.devices` say, by id.
    private(set) var settings: [String: [Int]] = [:]
    private var byAddress: [String: [Int]] = [:]
    private var byUUID: [String: [Int]] = [:]

    /// - Parameters:
    ///   - root: prefix of the machine's /proc; nil if there is none.
    ///   - own: settings of `org.numa-hints.devices`.
    /// - Throws: of code `input` settings that are no list of devices.
    init(_ machine: Machine, root: String?, own: ProviderSettings?) throws(NUMAHintsError) {
        for device in machine.devices {
            guard case .nodes(let nodes) = device.locality else { continue }
            byAddress[device.address.lowercased()] = nodes.members
            guard device.vendor == 0x10de, let root,
                let uuid = NVIDIADriver(address: device.address, SystemFiles(root: root))?.uuid
            else { continue }
            byUUID[uuid] = nodes.members
        }
        struct Inventory: Decodable {
            struct Device: Decodable {
                var id: String
                var nodes: [Int]?
            }
            var devices: [Device]?
        }
        guard let own else { return }
        guard let said = try? JSONDecoder().decode(Inventory.self, from: Data(own.json.utf8)) else {
            throw NUMAHintsError(
                .input,
                "the settings of \(Self.provider) must have devices: a list of objects with id, resource and nodes",
                file: own.file, line: own.line)
        }
        for device in said.devices ?? [] { settings[device.id] = device.nodes }
    }

    /// Nil where it is not known.
    func found(_ id: String) -> [Int]? {
        if let address = Self.address(id) { return byAddress[address] }
        return Self.uuid(id).flatMap { byUUID[$0] }
    }

    /// A PCI address with a domain of four digits; those before it are left away by some, and doubled by others.
    private static func address(_ id: String) -> String? {
        let parts = id.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let last = parts.last, last.count == 4, last.dropFirst(2).first == "."
        else { return nil }
        guard parts.count == 3 else { return "0000:" + parts.joined(separator: ":") }
        let digits = parts[0].count == 8 && parts[0].hasPrefix("0000") ? parts[0].dropFirst(4) : parts[0]
        return "\(digits):\(parts[1]):\(last)"
    }

    /// The UUID of the GPU that a replica (`GPU-…::1`) or an instance of the older kind (`MIG-GPU-…/1/0`) is of.
    private static func uuid(_ id: String) -> String? {
        let bare = id.hasPrefix("MIG-GPU-") ? id.dropFirst(4) : id[...]
        guard bare.hasPrefix("GPU-") else { return nil }
        return String(bare.prefix { $0 != ":" && $0 != "/" })
    }
}
