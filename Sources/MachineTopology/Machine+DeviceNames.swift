// SPDX-License-Identifier: Apache-2.0

import CPCI
public import NUMACore

extension Machine {
    /// Gives devices the names that the list of PCI ids has for them, which takes some milliseconds to read.
    ///
    /// Source: https://pci-ids.ucw.cz, as the system has it.
    public mutating func nameDevices() {
        var text = [CChar](repeating: 0, count: Int(CPCI_TEXT))
        guard !devices.isEmpty, let access = unsafe cpci_open("/sys/bus/pci", &text) else { return }
        defer { unsafe cpci_close(access) }
        for place in devices.indices {
            let (vendor, device) = (devices[place].vendor, devices[place].device)
            guard unsafe cpci_name(access, vendor, device, &text) else { continue }
            let name = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            devices[place].name = String(decoding: name, as: UTF8.self)
        }
    }
}
