// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

/// The host's table, carried into closures that any thread may run.
///
/// Sound to send: it does not change and lives until the instance is destroyed, and what is called
/// through it here (`log`, `changed`) may be called from any thread.
@safe private struct LentHost: @unchecked Sendable {
    let table: UnsafePointer<nh_host>
}

extension ProviderContext {
    /// What the host that lends this table offers.
    init(_ pointer: UnsafePointer<nh_host>) throws(ProviderError) {
        let table = unsafe try lent(pointer)
        var machine: Machine?
        if let known = unsafe table.extension(pointer, NH_EXT_MACHINE) {
            machine = unsafe try Machine(known.assumingMemoryBound(to: nh_machine.self))
        }
        let host = unsafe LentHost(table: pointer)
        unsafe self.init(
            machine: machine, settings: optionalText(table.config), root: optionalText(table.root),
            log: { severity, message in
                let lending = LentMemory()
                unsafe host.table.pointee.log(host.table, severity.rawValue, lending.message(message))
            },
            changed: { unsafe host.table.pointee.changed(host.table) })
    }
}
