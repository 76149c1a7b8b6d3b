// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
public import NUMACore
import Synchronization

/// What a host shows every provider: the machine, and where to hear from them.
public struct ProviderEnvironment: Sendable {
    /// How much a line of a provider's log matters.
    public enum Severity: Sendable { case debug, info, warning, error }

    public var machine: Machine
    /// Prefix of /sys, /proc and /dev: empty for the live machine; nil if there are no such files.
    public var root: String?
    /// Takes a line of a provider's log: provider, severity, message. Called from any thread.
    public var log: @Sendable (String, Severity, Reason) -> Void
    /// Hears that a provider's capacity or health changed. Called from any thread.
    public var changed: @Sendable (String) -> Void

    public init(
        machine: Machine, root: String?,
        log: @escaping @Sendable (String, Severity, Reason) -> Void = { _, _, _ in },
        changed: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.machine = machine
        self.root = root
        self.log = log
        self.changed = changed
    }
}

/// The table that one instance of a provider gets of its host.
///
/// The table and all that it points to live as long as this object, which the instance's owner keeps
/// until `destroy` has returned.
@safe final class HostTable {
    private let provider: String
    private let settings: String?
    private let environment: ProviderEnvironment
    private let memory: LentMemory
    let style: HostStyle
    private let lentMachine: UnsafePointer<nh_machine>
    /// The CPUs that pieces may name: on line and allowed.
    let usableCPUs: CPUSet
    /// The nodes that pieces may name.
    let nodes: NUMANodeMask
    /// The table itself.
    private(set) lazy var pointer: UnsafePointer<nh_host> = unsafe memory.record(table())
    /// The last reason that the provider gave for a failure. Only touched inside a serial call.
    private var reason: Reason?
    /// A reason had a line break, or another control character.
    private(set) var hasBrokenLine = false
    /// How often the provider said that capacity or health changed.
    let changes = Atomic<Int>(0)

    /// - Parameter settings: the provider's, as JSON text.
    init(provider: String, settings: String?, environment: ProviderEnvironment, style: HostStyle = HostStyle()) {
        self.style = style
        memory = style.memory()
        self.provider = provider
        self.environment = environment
        self.settings = settings
        usableCPUs = CPUSet(environment.machine.cpus.filter { $0.isOnline && $0.isAllowed }.map(\.id))
        nodes = environment.machine.nodeMask
        unsafe lentMachine = memory.machine(environment.machine)
    }

    private func table() -> nh_host {
        // The provider hands `data` back in its calls, which end with the instance, which this outlives.
        unsafe nh_host(
            struct_size: MemoryLayout<nh_host>.size, data: Unmanaged.passUnretained(self).toOpaque(),
            abi_minor: NH_ABI_MINOR + style.laterMinors, config: settings.map { unsafe memory.string($0) },
            root: environment.root.map { unsafe memory.string($0) },
            log: { unsafe HostTable.of($0)?.log($1, $2) },
            explain: { unsafe HostTable.of($0)?.explain($1) },
            changed: { unsafe HostTable.of($0)?.noteChange() },
            extension: { unsafe HostTable.of($0)?.extension($1) })
    }

    /// The last reason given, which is then forgotten.
    func takeReason() -> Reason? {
        guard let reason else { return nil }
        self.reason = nil
        return reason
    }

    private static func of(_ host: UnsafePointer<nh_host>) -> HostTable? {
        guard unsafe !BorderRecord.isNull(host), let data = unsafe host.pointee.data else { return nil }
        return unsafe Unmanaged<HostTable>.fromOpaque(data).takeUnretainedValue()
    }

    private func explain(_ message: UnsafePointer<nh_message>) {
        reason = unsafe Self.message(message)
        if unsafe !BorderRecord.isOneLine(message) { hasBrokenLine = true }
    }

    private func log(_ severity: nh_severity, _ message: UnsafePointer<nh_message>) {
        let level: ProviderEnvironment.Severity =
            switch Int(severity) {
            case Int(NH_DEBUG): .debug
            case Int(NH_INFO): .info
            case Int(NH_WARNING): .warning
            default: .error
            }
        environment.log(provider, level, unsafe Self.message(message))
    }

    /// The message, or what is wrong with it: a call that only tells something does not fail.
    private static func message(_ record: UnsafePointer<nh_message>) -> Reason {
        do {
            return try unsafe BorderRecord.reason(record)
        } catch {
            return Reason("gave \(error.text)")
        }
    }

    private func noteChange() {
        changes.add(1, ordering: .relaxed)
        environment.changed(provider)
    }

    private func `extension`(_ id: UnsafePointer<CChar>) -> UnsafeRawPointer? {
        guard style.hasMachine, unsafe !BorderRecord.isNull(id), unsafe String(cString: id) == NH_EXT_MACHINE else {
            return nil
        }
        return unsafe UnsafeRawPointer(lentMachine)
    }
}
