// SPDX-License-Identifier: Apache-2.0

public import CNUMAHintsProvider
import SRIOVProvider
import ProviderKit

@c @implementation public func numa_hints_entry_v1() -> UnsafePointer<nh_entry> {
    unsafe ProviderEntry.table(for: SRIOVProvider.self)
}
