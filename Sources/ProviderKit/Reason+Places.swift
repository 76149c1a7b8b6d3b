// SPDX-License-Identifier: Apache-2.0

public import NUMACore

extension Reason {
    /// Places as a sentence lists them; of many only the first eight, and how many more there are.
    public static func list(_ places: [String]) -> String {
        guard places.count > 9 else { return places.joined(separator: ", ") }
        return places.prefix(8).joined(separator: ", ") + ", \(places.count - 8) more"
    }
}
