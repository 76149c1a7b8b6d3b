// SPDX-License-Identifier: Apache-2.0

import NUMACore
public import ProviderKit

/// Four widgets, two near to NUMA node 0 and two near to node 1.
public struct WidgetProvider: CountableDevices {
    public static let descriptor = ProviderDescriptor(
        id: "org.example.widget", version: "1.0.0", summary: "Four widgets", hasBooksOnly: true)

    public var pool: DevicePool

    public init(context: ProviderContext) throws {
        // No settings are known: whatever is set is refused, by name.
        try context.settingsObject().allow([])
        pool = DevicePool(
            (0..<4).map { number in
                PooledDevice(id: "w\(number)", resource: "example.org/widget", locality: .nodes([number / 2]))
            })
    }
}
