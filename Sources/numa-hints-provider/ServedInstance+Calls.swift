// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import ProviderHost
import ProviderWire

/// Calls of the host, made on the provider's table. A host calls only what it was told that there is.
extension ServedInstance {
    func answer(_ call: WireCall, _ question: inout RecordDecoder) throws(WireProblem) -> nh_status {
        guard let table = unsafe table else { throw WireProblem("\(call.name) without an instance") }
        switch call {
        case .restore: return unsafe table.pointee.restore(table, try request(&question))
        case .start: return unsafe table.pointee.start(table)
        case .stop: unsafe table.pointee.stop(table)
        case .hints:
            let limit = try question.reader.number(UInt32.self)
            return unsafe hints(table, try request(&question), limit: Int(limit))
        case .prepare: return unsafe try prepare(table, &question)
        case .release:
            let transaction = try question.reader.number(nh_transaction.self)
            return unsafe table.pointee.release(table, transaction, try holder(&question))
        case .commit: return unsafe table.pointee.commit(table, try question.reader.number())
        case .rollback: unsafe table.pointee.rollback(table, try question.reader.number())
        case .started:
            let holder = unsafe try holder(&question)
            if let started = unsafe table.pointee.started { unsafe started(table, holder) }
        case .devices, .stock, .cpus, .memory: return unsafe walk(call, table)
        case .restoreMemory:
            guard let memories = unsafe memories,
                let node = unsafe try question.record(.memoryNode, as: nh_memory_node.self)
            else { throw WireProblem("\(call.name) without a node") }
            return unsafe memories.pointee.restore(table, node)
        case .open, .create, .destroy: throw WireProblem("\(call.name) of an instance")
        }
        return nh_status(NH_OK)
    }

    private func request(_ question: inout RecordDecoder) throws(WireProblem) -> UnsafePointer<nh_request> {
        guard let request = unsafe try question.record(.request, as: nh_request.self) else {
            throw WireProblem("no request")
        }
        return unsafe request
    }

    private func holder(_ question: inout RecordDecoder) throws(WireProblem) -> UnsafePointer<nh_holder> {
        guard let holder = unsafe try question.record(.holder, as: nh_holder.self) else {
            throw WireProblem("no holder")
        }
        return unsafe holder
    }

    // The sinks and contexts below do not outlive the call, which keeps this object.

    private func hints(
        _ table: UnsafePointer<nh_provider>, _ request: UnsafePointer<nh_request>, limit: Int
    ) -> nh_status {
        var sink = unsafe nh_hint_sink(
            struct_size: MemoryLayout<nh_hint_sink>.size, data: Unmanaged.passUnretained(self).toOpaque(), limit: limit,
            hint: { sink, record in
                unsafe ServedInstance.of(sink.pointee.data)?.add(.hint, record, .hint)
            },
            capacity: { sink, record in
                unsafe ServedInstance.of(sink.pointee.data)?.add(.capacity, record, .capacity)
            },
            any: { sink, resource in
                let served = unsafe ServedInstance.of(sink.pointee.data)
                served?.server.add(.any) { unsafe $0.text(ServedInstance.known(resource)) }
            },
            none: { sink, resource, reason in
                let served = unsafe ServedInstance.of(sink.pointee.data)
                served?.server.add(.none) { encoder in
                    unsafe encoder.text(ServedInstance.known(resource))
                    unsafe encoder.record(ServedInstance.known(reason), .message)
                }
            })
        return unsafe table.pointee.hints(table, request, &sink)
    }

    private func prepare(
        _ table: UnsafePointer<nh_provider>, _ question: inout RecordDecoder
    ) throws(WireProblem) -> nh_status {
        let transaction = try question.reader.number(nh_transaction.self)
        let request = unsafe try request(&question)
        guard let placement = unsafe try question.record(.placement, as: nh_placement.self) else {
            throw WireProblem("no placement")
        }
        var sink = unsafe nh_assignment_sink(
            struct_size: MemoryLayout<nh_assignment_sink>.size, data: Unmanaged.passUnretained(self).toOpaque(),
            assign: { sink, piece in
                unsafe ServedInstance.of(sink.pointee.data)?.add(.assign, piece, .assignment)
            })
        return unsafe table.pointee.prepare(table, transaction, request, placement, &sink)
    }

    private func walk(_ call: WireCall, _ table: UnsafePointer<nh_provider>) -> nh_status {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        switch call {
        case .devices:
            guard let each = unsafe devices?.pointee.each else { break }
            return unsafe each(
                table, { unsafe ServedInstance.of($0)?.add(.device, $1, .device) ?? false }, context)
        case .stock:
            guard let each = unsafe stocks?.pointee.each else { break }
            return unsafe each(table, { unsafe ServedInstance.of($0)?.add(.stock, $1, .stock) ?? false }, context)
        case .cpus:
            guard let shared = unsafe cpus?.pointee.shared else { break }
            return unsafe shared(table, { _ = unsafe ServedInstance.of($0)?.add(.cpus, $1, .cpus) }, context)
        default:
            guard let each = unsafe memories?.pointee.each else { break }
            return unsafe each(
                table, { unsafe ServedInstance.of($0)?.add(.memoryNode, $1, .memoryNode) ?? false }, context)
        }
        return nh_status(NH_UNSUPPORTED)
    }

    private static func of(_ data: UnsafeMutableRawPointer?) -> ServedInstance? {
        guard let data = unsafe data else { return nil }
        return unsafe Unmanaged<ServedInstance>.fromOpaque(data).takeUnretainedValue()
    }

    /// Adds a record to the answer; true, since the host says what are too many.
    @discardableResult
    private func add<Record>(_ item: WireItem, _ record: UnsafePointer<Record>, _ shape: RecordShape) -> Bool {
        server.add(item) { unsafe $0.record(ServedInstance.known(record), shape) }
        return true
    }
}
