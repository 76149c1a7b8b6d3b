// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The devices in one box: those that people ask for by kind, the rest as a number.
enum DeviceLines {
    /// Devices of one kind; from this number on they share a line.
    private static let manyOfOneKind = 4

    private struct Kind: Hashable {
        var className: String
        var model: String
        var driver: String?
    }

    /// - Parameters:
    ///   - devices: those of one place, virtual functions included.
    ///   - hasDomains: addresses need their PCI domain to be told apart.
    ///   - width: the columns there are; a line that would be longer leaves out the driver, then the model.
    static func lines(for devices: [Device], hasDomains: Bool, width: Int) -> [StyledText] {
        var kinds: [Kind] = []
        var members: [Kind: [Device]] = [:]
        var others = 0
        var functions: [String: Int] = [:]
        let physical = Set(devices.map(\.address))
        for device in devices {
            if let owner = device.physicalFunction, physical.contains(owner) {
                functions[owner, default: 0] += 1
                continue
            }
            guard let name = PCINames.className(of: device) else {
                others += 1
                continue
            }
            let kind = Kind(className: name, model: PCINames.model(of: device), driver: device.driver)
            if members[kind] == nil { kinds.append(kind) }
            members[kind, default: []].append(device)
        }
        let column = kinds.map(\.className.count).max() ?? 0
        var lines = kinds.sorted { rank($0) < rank($1) }.flatMap { kind in
            Self.lines(
                for: members[kind] ?? [], of: kind, column: column, functions: functions,
                hasDomains: hasDomains, width: width)
        }
        if others > 0 {
            lines.append(StyledText("\(lines.isEmpty ? "" : "and ")\(others) of the chipset", .faint))
        }
        return lines
    }

    private static func lines(
        for devices: [Device], of kind: Kind, column: Int, functions: [String: Int], hasDomains: Bool,
        width: Int
    ) -> [StyledText] {
        let padding = String(repeating: " ", count: column - kind.className.count + 1)
        func line(_ address: String, _ more: String) -> StyledText {
            let start =
                StyledText(kind.className + padding, .accent) + StyledText(address) + " "
                + StyledText(kind.model, .faint)
            let driver = kind.driver.map { " \($0)" } ?? ""
            let whole = start + StyledText(driver + more, .faint)
            if whole.width <= width { return whole }
            let bare = StyledText(kind.className + padding, .accent) + StyledText(address)
            let middle = start + StyledText(more, .faint)
            return middle.width <= width ? middle : (bare + StyledText(more, .faint)).fitted(to: width)
        }
        func short(_ device: Device) -> String {
            hasDomains ? device.address : String(device.address.drop { $0 != ":" }.dropFirst())
        }
        guard devices.count < manyOfOneKind || devices.contains(where: { $0.virtualLimit > 0 }) else {
            let first = devices.first.map(short) ?? ""
            return [line("\(first) …", " ×\(devices.count)")]
        }
        return devices.map { device in
            let count = functions[device.address, default: 0]
            let virtual = device.virtualLimit > 0 ? ", \(count) of \(device.virtualLimit) VFs" : ""
            return line(short(device), virtual)
        }
    }

    /// What computes first, then what connects, then what stores.
    private static func rank(_ kind: Kind) -> (Int, String, String) {
        let order = [
            "GPU", "Accelerator", "Coprocessor", "InfiniBand", "Fabric", "Ethernet", "Network", "NVMe",
        ]
        return (order.firstIndex(of: kind.className) ?? order.count, kind.className, kind.model)
    }
}
