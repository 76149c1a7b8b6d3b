// SPDX-License-Identifier: Apache-2.0

import MachineTopology
import NUMACore

/// A node of which the kernel has less free than the books say: somebody uses memory that they do not know of.
///
/// The other way round is no shortage: who holds memory need not have touched it yet.
struct MemoryShortage: Hashable, CustomStringConvertible {
    var live: LiveMemory.Amount
    /// What the books have free, in bytes.
    var booked: UInt64

    /// In the order of the live amounts. Books of several nodes as one are not compared.
    static func find(_ books: [Stock], _ live: [LiveMemory.Amount]) -> [MemoryShortage] {
        live.compactMap { amount in
            let own = books.first { $0.resource == amount.resource && $0.locality == .nodes([amount.node]) }
            guard let own, own.free > amount.bytes else { return nil }
            return MemoryShortage(live: amount, booked: own.free)
        }
    }

    var description: String {
        var texts = [booked, live.bytes].map(BinaryQuantity.rounded)
        if texts[0] == texts[1] { texts = [booked, live.bytes].map(BinaryQuantity.exact) }
        return "node \(live.node): the books have \(texts[0]) of \(live.resource) free, the kernel only \(texts[1]) "
            + "(\(live.name))"
    }
}
