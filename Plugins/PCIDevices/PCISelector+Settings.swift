// SPDX-License-Identifier: Apache-2.0

public import ProviderKit

extension PCISelector {
    /// The members that a selector has among those of a rule.
    public static let members = ["vendors", "devices", "subsystems", "classes", "drivers", "addresses"]

    /// What a rule's members say; each is a list of texts.
    public init(_ object: SettingsObject) throws(ProviderError) {
        self.init()
        vendors = try object.values("vendors", "a vendor like \"10de\"", Self.id)
        devices = try object.values("devices", "a device like \"20b0\"", Self.id)
        subsystems = try object.values("subsystems", "vendor and device of a board like \"10de:1463\"") { text in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let vendor = Self.id(parts[0]), let device = Self.id(parts[1]) else { return nil }
            return Subsystem(vendor: vendor, device: device)
        }
        classes = try object.values("classes", "2, 4 or 6 digits of a class like \"0302\"", ClassPrefix.init)
        drivers = try object.values("drivers", "the name of a driver, or \"\(Self.noDriver)\"") {
            $0.isEmpty ? nil : $0
        }
        addresses = try object.values("addresses", "an address like \"0000:3b:00.0\"") {
            PCIAddress($0)?.description
        }
    }

    /// Four hexadecimal digits.
    public static func id(_ text: String) -> UInt16? {
        text.utf8.count == 4 && text.allSatisfy(\.isHexDigit) ? UInt16(text, radix: 16) : nil
    }
}

extension SettingsObject {
    /// A list of texts, each of which stands for a value.
    ///
    /// - Parameter right: what a message says that each must be.
    public func values<Value>(
        _ name: String, _ right: String, _ value: (String) -> Value?
    ) throws(ProviderError) -> [Value]? {
        guard let texts = try strings(name) else { return nil }
        var values: [Value] = []
        for (place, text) in texts.enumerated() {
            guard let value = value(text) else {
                throw .setting("\(path).\(name)[\(place)] must be \(right), found \"\(text)\"")
            }
            values.append(value)
        }
        return values
    }
}
