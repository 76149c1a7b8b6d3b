// SPDX-License-Identifier: Apache-2.0

import MachineTopology
import NUMACore
import ProviderHost

extension Node {
    /// Where the kernel has less memory or fewer huge pages free than the providers' books say now, a line each, and
    /// which of its files are broken. Empty where the machine has no files of a kernel.
    package func memoryWarnings() -> [String] {
        guard let root else { return [] }
        let live = LiveMemory(root: root, nodes: machine.nodes.map(\.id))
        // A provider that fails here fails where its answer counts too.
        let books = registry.providers.flatMap { (try? $0.stock()) ?? [] }
        return live.problems + MemoryShortage.find(books, live.amounts).map(\.description)
    }
}
