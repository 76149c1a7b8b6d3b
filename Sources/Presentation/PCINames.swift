// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What people call the common classes and vendors of PCI devices.
/// Source: https://pci-ids.ucw.cz (classes and vendors).
enum PCINames {
    /// The name of a device's class, or nil for parts of the chipset and others that nobody asks for.
    static func className(of device: Device) -> String? {
        let code = device.classCode >> 8
        switch code {
        case 0x0100: return device.vendor == 0x1af4 ? "Disk" : "SCSI"
        case 0x0104: return "RAID"
        case 0x0106: return "SATA"
        case 0x0107: return "SAS"
        case 0x0108: return "NVMe"
        case 0x0200: return "Ethernet"
        case 0x0207: return "InfiniBand"
        case 0x0208: return "Fabric"
        // The display of a server's service processor is no GPU.
        case 0x0300, 0x0380: return [0x10de, 0x1002].contains(device.vendor) ? "GPU" : "Display"
        case 0x0302: return "GPU"
        case 0x0b40: return "Coprocessor"
        default: break
        }
        switch code >> 8 {
        case 0x01: return "Storage"
        case 0x02: return "Network"
        case 0x03: return "Display"
        case 0x0b, 0x10: return "Coprocessor"
        case 0x12: return "Accelerator"
        default: return nil
        }
    }

    /// A short word for what people ask for together: `GPU`, `ACC`, `NIC`, `NVME`, or nil.
    static func label(of device: Device) -> String? {
        switch className(of: device) {
        case "GPU": "GPU"
        case "Accelerator", "Coprocessor": "ACC"
        case "Ethernet", "InfiniBand", "Fabric", "Network": "NIC"
        case "NVMe": "NVME"
        default: nil
        }
    }

    private static let vendors: [UInt16: String] = [
        0x1000: "Broadcom", 0x1002: "AMD", 0x1014: "IBM", 0x1022: "AMD", 0x102b: "Matrox", 0x1077: "QLogic",
        0x10de: "NVIDIA", 0x10df: "Emulex", 0x1137: "Cisco", 0x1234: "QEMU", 0x1344: "Micron",
        0x144d: "Samsung",
        0x14e4: "Broadcom", 0x15ad: "VMware", 0x15b3: "Mellanox", 0x177d: "Marvell", 0x17db: "Cray",
        0x1924: "Solarflare", 0x19e5: "Huawei", 0x1a03: "ASPEED", 0x1af4: "virtio", 0x1b36: "QEMU",
        0x1b96: "WD", 0x1bcf: "NEC", 0x1c5f: "Memblaze", 0x1cc1: "ADATA", 0x1d0f: "Amazon", 0x1da3: "Habana",
        0x1dd8: "Pensando", 0x1e0f: "Kioxia", 0x8086: "Intel",
    ]

    /// Vendor and device: `NVIDIA 20b0`, `abcd:1234`.
    static func model(of device: Device) -> String {
        let number = device.device.hex(4)
        guard let vendor = vendors[device.vendor] else {
            return device.vendor.hex(4) + ":" + number
        }
        return "\(vendor) \(number)"
    }
}
