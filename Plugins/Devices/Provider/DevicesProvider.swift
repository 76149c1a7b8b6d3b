// SPDX-License-Identifier: Apache-2.0

import NUMACore
public import ProviderKit

/// Devices that its settings list: for tests, for replays, and for devices that no bus shows.
public struct DevicesProvider: CountableDevices {
    public static let descriptor = ProviderDescriptor(
        id: "org.numa-hints.devices", version: "0.1.0", summary: "An inventory of devices from its settings",
        hasBooksOnly: true)

    public var pool: DevicePool

    public init(context: ProviderContext) throws {
        let settings = try DevicesSettings(context.settingsObject(), nodes: context.machine?.nodeMask)
        pool = DevicePool(settings.devices, imitatesKubelet: settings.imitatesKubelet)
    }
}
