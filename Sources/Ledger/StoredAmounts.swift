// SPDX-License-Identifier: Apache-2.0

import JSONWriting
import NUMACore

/// Amounts as a column keeps them: an object with a member for each resource.
struct StoredAmounts: Decodable, PlainJSONValue {
    let amounts: ResourceAmounts

    init(_ amounts: ResourceAmounts) { self.amounts = amounts }

    init?(_ reader: inout PlainJSON) {
        // A list, since they were written in order.
        var list: [ResourceAmount] = []
        list.reserveCapacity(4)
        let isWhole = reader.elements("{", "}") { reader in
            guard let name = reader.string(), reader.skip(":"), let quantity = reader.number() else { return false }
            list.append(ResourceAmount(ResourceName(name), quantity))
            return true
        }
        amounts = ResourceAmounts(list)
        guard isWhole, amounts.count == list.count else { return nil }
    }

    init(from decoder: any Decoder) throws {
        let members = try [String: UInt64](from: decoder)
        amounts = ResourceAmounts(members.map { ResourceAmount(ResourceName($0.key), $0.value) })
    }

    func write(to json: inout CompactJSON) {
        json.addMembers(amounts.map { ($0.resource.rawValue, $0.quantity) }) { $1.add(number: $0) }
    }
}
