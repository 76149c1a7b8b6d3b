// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

@testable import ProviderKit

/// A host in this process: makes an instance of a provider and drives its C table.
@safe final class KitHost {
    private let lending = LentMemory()
    private var host: UnsafeMutablePointer<nh_host>?
    private(set) var provider: UnsafePointer<nh_provider>?
    /// The last reason given.
    private(set) var reason: String?
    private(set) var log: [String] = []
    var machine: UnsafeRawPointer?
    /// What the sinks received, in short.
    var received: [String] = []

    /// Makes an instance; `provider` stays nil if that fails.
    init(_ type: any Provider.Type, settings: String? = nil, extraBytes: Int = 0) {
        let data = unsafe Unmanaged.passUnretained(self).toOpaque()
        let table = unsafe padded(
            nh_host(
                struct_size: MemoryLayout<nh_host>.size, data: data, abi_minor: UInt32(NH_ABI_MINOR),
                config: lending.string(settings), root: nil,
                log: { host, _, line in
                    unsafe KitHost.of(host.pointee.data)?.log.append(text(line.pointee.text))
                },
                explain: { host, why in unsafe KitHost.of(host.pointee.data)?.reason = text(why.pointee.text)
                },
                changed: { host in unsafe KitHost.of(host.pointee.data)?.log.append("changed") },
                extension: { host, id in
                    unsafe text(id) == NH_EXT_MACHINE ? KitHost.of(host.pointee.data)?.machine : nil
                }), extraBytes: extraBytes)
        unsafe host = table
        status = unsafe ProviderInstance.answer(to: UnsafePointer(table)) {
            unsafe provider = unsafe try ProviderInstance(type, host: UnsafePointer(table)).table
        }
    }

    private(set) var status: nh_status = 0

    func destroy() {
        if let table = unsafe provider { unsafe table.pointee.destroy(table) }
        unsafe provider = nil
    }

    static func of(_ data: UnsafeMutableRawPointer?) -> KitHost? {
        guard let data = unsafe data else { return nil }
        return unsafe Unmanaged<KitHost>.fromOpaque(data).takeUnretainedValue()
    }

    /// A copy of a record with poison behind it, and a size that says so; or, with a negative number,
    /// a record cut short with poison where its end was.
    func padded<Record>(_ record: Record, extraBytes: Int) -> UnsafeMutablePointer<Record> {
        let size = MemoryLayout<Record>.size
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: size + max(0, extraBytes), alignment: 16)
        unsafe block.storeBytes(of: record, as: Record.self)
        if extraBytes > 0 {
            unsafe (block + size).initializeMemory(as: UInt8.self, repeating: 0xA5, count: extraBytes)
        } else {
            unsafe (block + size + extraBytes).initializeMemory(
                as: UInt8.self, repeating: 0xA5, count: -extraBytes)
        }
        unsafe block.storeBytes(of: size + extraBytes, as: Int.self)
        return unsafe block.assumingMemoryBound(to: Record.self)
    }

    /// A request of one container that asks for so many of a resource and holds these pieces.
    func request(
        _ resource: String, _ quantity: UInt64, held: [UnsafePointer<nh_assignment>]? = nil,
        extraBytes: Int = 0
    ) -> UnsafePointer<nh_request> {
        let amounts = unsafe lending.array([nh_resource(name: lending.string(resource), quantity: quantity)])
        let container = unsafe UnsafePointer(
            padded(
                nh_container(
                    struct_size: 0, name: lending.string("app"), kind: nh_container_kind(NH_CONTAINER_APP),
                    resources: amounts, resource_count: 1, held: lending.array(held ?? []),
                    held_count: held?.count ?? 0),
                extraBytes: extraBytes))
        return unsafe UnsafePointer(
            padded(
                nh_request(
                    struct_size: 0, pod_uid: lending.string("pod"), qos: nh_qos(NH_QOS_GUARANTEED),
                    containers: lending.array([container]), container_count: 1, container: container,
                    candidate_nodes: lending.bitset([0, 1] as NUMANodeMask)), extraBytes: extraBytes))
    }

    func assignment(_ piece: Assignment, extraBytes: Int = 0) -> UnsafePointer<nh_assignment> {
        let known = unsafe lending.assignment(piece)
        return unsafe UnsafePointer(padded(known.pointee, extraBytes: extraBytes))
    }

    func hints(_ request: UnsafePointer<nh_request>, extraBytes: Int = 0) -> nh_status {
        received = []
        let data = unsafe Unmanaged.passUnretained(self).toOpaque()
        let sink = unsafe padded(
            nh_hint_sink(
                struct_size: 0, data: data, limit: 64,
                hint: { sink, hint in
                    unsafe KitHost.of(sink.pointee.data)?.received.append(
                        "hint \(NUMANodeMask(hint.pointee.nodes).list)")
                },
                capacity: { sink, capacity in
                    unsafe KitHost.of(sink.pointee.data)?.received.append("capacity \(capacity.pointee.need)")
                },
                any: { sink, name in
                    unsafe KitHost.of(sink.pointee.data)?.received.append("any \(text(name))")
                },
                none: { sink, _, why in
                    unsafe KitHost.of(sink.pointee.data)?.received.append("none \(text(why.pointee.text))")
                }), extraBytes: extraBytes)
        guard let table = unsafe provider else { return -1 }
        return unsafe table.pointee.hints(table, request, UnsafePointer(sink))
    }

    func prepare(
        _ transaction: UInt64, _ request: UnsafePointer<nh_request>, on nodes: NUMANodeMask,
        extraBytes: Int = 0
    ) -> nh_status {
        received = []
        let data = unsafe Unmanaged.passUnretained(self).toOpaque()
        let sink = unsafe padded(
            nh_assignment_sink(
                struct_size: 0, data: data,
                assign: { sink, piece in
                    unsafe KitHost.of(sink.pointee.data)?.received.append(
                        "piece \(optionalText(piece.pointee.id) ?? "-")")
                }), extraBytes: extraBytes)
        let affinity = unsafe padded(
            nh_affinity(struct_size: 0, nodes: lending.bitset(nodes), flags: 0), extraBytes: extraBytes)
        let placement = unsafe padded(
            nh_placement(struct_size: 0, affinity: UnsafePointer(affinity), wanted: nil, wanted_count: 0),
            extraBytes: extraBytes)
        guard let table = unsafe provider else { return -1 }
        return unsafe table.pointee.prepare(
            table, transaction, request, UnsafePointer(placement), UnsafePointer(sink))
    }
}
