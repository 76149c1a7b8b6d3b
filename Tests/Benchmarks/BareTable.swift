// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore
import ProviderHost

/// The table of a provider as its library gives it, called with a sink that does nothing.
@safe final class BareTable {
    private let library: LoadedLibrary
    private let memory = LentMemory()
    private let table: UnsafePointer<nh_provider>
    private let request: UnsafePointer<nh_request>
    private let sink: UnsafePointer<nh_hint_sink>

    init(_ path: String) throws {
        library = try LoadedLibrary(opening: path)
        let host = unsafe memory.record(
            nh_host(
                struct_size: MemoryLayout<nh_host>.size, data: nil, abi_minor: NH_ABI_MINOR, config: nil, root: nil,
                log: { _, _, _ in }, explain: { _, _ in }, changed: { _ in }, extension: { _, _ in nil }))
        var made: UnsafePointer<nh_provider>?
        _ = unsafe library.create("org.example.chaos", host, &made)
        guard let made = unsafe made else { throw NUMAHintsError(.provider, "no provider", file: path) }
        unsafe table = made
        let set = unsafe nh_bitset(words: memory.array([UInt64(3)]), word_count: 1)
        unsafe request = memory.record(
            nh_request(
                struct_size: MemoryLayout<nh_request>.size, pod_uid: memory.string("u"), qos: 0, containers: nil,
                container_count: 0, container: nil, candidate_nodes: set))
        unsafe sink = memory.record(
            nh_hint_sink(
                struct_size: MemoryLayout<nh_hint_sink>.size, data: nil, limit: 1 << 16, hint: { _, _ in },
                capacity: { _, _ in }, any: { _, _ in }, none: { _, _, _ in }))
    }

    func hints() { _ = unsafe table.pointee.hints(table, request, sink) }

    deinit { unsafe table.pointee.destroy(table) }
}
