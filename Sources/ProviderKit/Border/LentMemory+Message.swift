// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

extension LentMemory {
    func pairs(_ pairs: [(key: String, value: String)]) -> UnsafePointer<nh_pair>? {
        unsafe array(pairs.map { unsafe nh_pair(key: string($0.key), value: string($0.value)) })
    }

    func message(_ reason: Reason) -> UnsafePointer<nh_message> {
        let facts = unsafe pairs(reason.facts.map { ($0.key, $0.value) })
        return unsafe UnsafePointer(
            record(
                nh_message(
                    struct_size: MemoryLayout<nh_message>.size, text: string(reason.text),
                    code: string(reason.code), facts: facts, fact_count: reason.facts.count)))
    }
}
