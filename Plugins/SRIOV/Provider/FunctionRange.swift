// SPDX-License-Identifier: Apache-2.0

/// Virtual functions of a physical one: `ens1f0`, `ens1f0#0-3`, `0000:86:00.0#1,3,5-9`.
///
/// Source: k8snetworkplumbingwg/sriov-network-device-plugin, README, "pfNames" and "rootDevices".
public struct FunctionRange: Hashable, Sendable {
    /// The physical function's interface or address.
    public var owner: String
    /// The numbers of the virtual ones; nil for all.
    public var numbers: [ClosedRange<Int>]?

    /// Nil for a text that is not such a range.
    public init?(_ text: String) {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard let owner = parts.first, !owner.isEmpty, parts.count <= 2 else { return nil }
        self.owner = String(owner)
        guard parts.count == 2 else { return }
        var numbers: [ClosedRange<Int>] = []
        for entry in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            let ends = entry.split(separator: "-", omittingEmptySubsequences: false).map { Self.number($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last
            else { return nil }
            numbers.append(first...last)
        }
        self.numbers = numbers
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count < 7, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// Whether the virtual function of this number is meant.
    func contains(_ number: Int?) -> Bool {
        guard let numbers else { return true }
        guard let number else { return false }
        return numbers.contains { $0.contains(number) }
    }
}
