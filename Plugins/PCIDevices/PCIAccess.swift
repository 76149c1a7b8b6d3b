// SPDX-License-Identifier: Apache-2.0

import CPCI

/// libpci, told to look below a root, and kept from ending the process.
///
/// One thread at a time.
@safe final class PCIAccess {
    /// What libpci found wrong.
    struct Problem: Error { let text: String }

    private let access: OpaquePointer

    /// - Parameter root: what stands before /sys; empty for the running system.
    init(root: String) throws(Problem) {
        var problem = [CChar](repeating: 0, count: Int(CPCI_TEXT))
        guard let access = unsafe cpci_open(root + "/sys/bus/pci", &problem) else {
            throw Problem(text: Self.text(problem))
        }
        unsafe self.access = access
    }

    deinit { unsafe cpci_close(access) }

    func facts(of address: PCIAddress) throws(Problem) -> cpci_facts {
        var facts = cpci_facts()
        var problem = [CChar](repeating: 0, count: Int(CPCI_TEXT))
        guard unsafe cpci_read(access, Self.address(address), &facts, &problem) else {
            throw Problem(text: Self.text(problem))
        }
        return facts
    }

    /// Whether the hardware answers; nil if it cannot be asked.
    func answers(_ address: PCIAddress) -> Bool? {
        switch unsafe cpci_ask(access, Self.address(address)) {
        case 0: nil
        case 0xffff: false
        default: true
        }
    }

    private static func address(_ address: PCIAddress) -> cpci_address {
        cpci_address(domain: address.domain, bus: address.bus, device: address.device, function: address.function)
    }

    /// What stands before the first zero byte, on one line.
    static func text(_ bytes: [CChar]) -> String {
        let shown = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) < 0x20 ? 0x20 : UInt8(bitPattern: $0) }
        return String(decoding: shown, as: UTF8.self)
    }
}
