// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

extension CPUProvider: CPUSetProvider {
    /// The CPUs that no container has alone; reserved ones are among them unless strict-cpu-reservation keeps
    /// other containers off them.
    public var sharedCPUs: CPUSet {
        let kept = settings.has(.strictReservation) ? books.reserved : []
        return books.entries.reduce(books.usable.subtracting(kept)) { $0.subtracting($1.cpus) }
    }
}
