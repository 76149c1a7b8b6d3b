// SPDX-License-Identifier: Apache-2.0

import NUMACore
import PCIDevices
import ProviderKit
import SystemFiles

/// Which devices belong together, whatever bridges they are under: by settings, and by NVLink.
struct PCIGroups {
    let list: [(name: String, members: [String])]

    init(_ settings: PCISettings, _ functions: [PCIFunction], _ files: SystemFiles?) throws(ProviderError) {
        var list = settings.groups.enumerated().map { (name: "group \($0)", members: $1) }
        if let path = settings.nvlink {
            // Of the running system, whatever machine is looked at.
            guard let text = SystemFiles(root: "").text(path) else {
                throw .setting("settings.nvlink names \(path), which cannot be read")
            }
            let matrix = try NVLinkMatrix(text, file: path)
            let gpus = functions.filter { $0.device.vendor == 0x10de && $0.device.physicalFunction == nil }.filter {
                $0.device.classCode >> 8 == 0x0300 || $0.device.classCode >> 8 == 0x0302
            }
            guard gpus.count == matrix.count else {
                throw .setting("\(path) has \(matrix.count) GPUs, the machine has \(gpus.count) of NVIDIA")
            }
            for (place, group) in matrix.groups.enumerated() {
                list.append((name: "nvlink \(place)", members: group.map { gpus[$0].address }))
            }
        }
        self.list = list
    }
}
