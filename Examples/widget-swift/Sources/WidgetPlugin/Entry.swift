// SPDX-License-Identifier: Apache-2.0

public import CNUMAHintsProvider
import ProviderKit
import Widget

@c @implementation public func numa_hints_entry_v1() -> UnsafePointer<nh_entry> {
    ProviderEntry.table(for: WidgetProvider.self)
}
