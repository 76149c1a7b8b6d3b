// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import ProviderHost
import ProviderWire

/// An instance of a provider, and the table that it gets of its host: what it tells the host is sent there.
@safe final class ServedInstance {
    let server: ProviderServer
    let line: HostLine
    private let library: LoadedLibrary
    private let id: String
    /// What the host's table points to; it outlives the instance.
    private let memory: LentMemory
    private let machine: UnsafePointer<nh_machine>?
    private let host: UnsafeMutablePointer<nh_host>
    private(set) var table: UnsafePointer<nh_provider>?
    var devices: UnsafePointer<nh_devices>?
    var stocks: UnsafePointer<nh_stocks>?
    var cpus: UnsafePointer<nh_cpus>?
    var memories: UnsafePointer<nh_memories>?

    init(_ question: inout RecordDecoder, _ library: LoadedLibrary, _ server: ProviderServer) throws(WireProblem) {
        self.server = server
        line = server.line
        self.library = library
        memory = question.memory
        id = try question.reader.text() ?? ""
        let minor = try question.reader.number(UInt32.self)
        let config = unsafe try question.text()
        let root = unsafe try question.text()
        unsafe machine = try question.machine()
        let place = unsafe memory.bytes(MemoryLayout<nh_host>.stride).bindMemory(to: nh_host.self, capacity: 1)
        unsafe host = place
        unsafe place.initialize(
            to: nh_host(
                struct_size: MemoryLayout<nh_host>.size, data: Unmanaged.passUnretained(self).toOpaque(),
                abi_minor: minor, config: config, root: root,
                log: { unsafe ServedInstance.of($0)?.log($1, $2) },
                explain: { unsafe ServedInstance.of($0)?.explain($1) },
                changed: { unsafe ServedInstance.of($0)?.line.tellChange() },
                extension: { unsafe ServedInstance.of($0)?.extension($1) }))
    }

    func create() -> nh_status {
        let status = unsafe library.create(id, host, &table)
        guard let table = unsafe table else { return status }
        let known: [(InstanceMembers, PartialKeyPath<nh_provider>)] = unsafe [
            (.claims, \.claims), (.destroy, \.destroy), (.restore, \.restore), (.start, \.start), (.stop, \.stop),
            (.hints, \.hints), (.prepare, \.prepare), (.release, \.release), (.commit, \.commit),
            (.rollback, \.rollback), (.started, \.started),
        ]
        let own = InstanceMembers(unsafe known.filter { unsafe BorderRecord.isSet(table, $0.1) }.map { unsafe $0.0 })
        let members = unsafe own.union(findExtensions(table))
        server.add(.instance) { encoder in
            encoder.writer.number(members.rawValue)
            unsafe encoder.texts(members.contains(.claims) ? table.pointee.claims : nil)
            unsafe encoder.texts(BorderRecord.isSet(table, \.observes) ? table.pointee.observes : nil)
        }
        return status
    }

    func destroy() {
        guard let table = unsafe table, unsafe BorderRecord.isSet(table, \.destroy) else { return }
        unsafe table.pointee.destroy(table)
        unsafe self.table = nil
    }

    private func findExtensions(_ table: UnsafePointer<nh_provider>) -> InstanceMembers {
        guard unsafe BorderRecord.isSet(table, \.extension), let ask = unsafe table.pointee.extension else { return [] }
        var members = InstanceMembers()
        if let found = unsafe ask(table, NH_EXT_DEVICES)?.assumingMemoryBound(to: nh_devices.self) {
            unsafe devices = found
            members.insert(.devices)
            if unsafe BorderRecord.isSet(found, \.each) { members.insert(.devicesEach) }
        }
        if let found = unsafe ask(table, NH_EXT_STOCK)?.assumingMemoryBound(to: nh_stocks.self) {
            unsafe stocks = found
            members.insert(.stock)
            if unsafe BorderRecord.isSet(found, \.each) { members.insert(.stockEach) }
        }
        if let found = unsafe ask(table, NH_EXT_CPUS)?.assumingMemoryBound(to: nh_cpus.self) {
            unsafe cpus = found
            members.insert(.cpus)
            if unsafe BorderRecord.isSet(found, \.shared) { members.insert(.cpusShared) }
        }
        if let found = unsafe ask(table, NH_EXT_MEMORY)?.assumingMemoryBound(to: nh_memories.self) {
            unsafe memories = found
            members.insert(.memory)
            if unsafe BorderRecord.isSet(found, \.each) { members.insert(.memoryEach) }
            if unsafe BorderRecord.isSet(found, \.restore) { members.insert(.memoryRestore) }
        }
        return members
    }

    // MARK: What the provider calls

    private static func of(_ host: UnsafePointer<nh_host>) -> ServedInstance? {
        guard unsafe !BorderRecord.isNull(host), let data = unsafe host.pointee.data else { return nil }
        return unsafe Unmanaged<ServedInstance>.fromOpaque(data).takeUnretainedValue()
    }

    /// From any thread, also between calls.
    private func log(_ severity: nh_severity, _ message: UnsafePointer<nh_message>) {
        var told = RecordEncoder()
        told.writer.number(WireItem.log.rawValue)
        told.writer.number(severity)
        unsafe told.record(Self.known(message), .message)
        line.tell(told.writer.bytes)
    }

    private func explain(_ message: UnsafePointer<nh_message>) {
        server.add(.explain) { unsafe $0.record(Self.known(message), .message) }
    }

    private func `extension`(_ id: UnsafePointer<CChar>) -> UnsafeRawPointer? {
        guard unsafe !BorderRecord.isNull(id), unsafe String(cString: id) == NH_EXT_MACHINE else { return nil }
        return unsafe machine.map { unsafe UnsafeRawPointer($0) }
    }

    /// The pointer, which may be NULL though the header promises that it is not.
    static func known<Pointee>(_ pointer: UnsafePointer<Pointee>) -> UnsafePointer<Pointee>? {
        unsafe UnsafePointer(bitPattern: UInt(bitPattern: pointer))
    }
}
