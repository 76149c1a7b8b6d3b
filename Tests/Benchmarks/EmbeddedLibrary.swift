// SPDX-License-Identifier: Apache-2.0

import CNUMAHints
import Glibc
import Synchronization

/// libnumahints.so as a program in C finds it: by its name, and not as a part of this program.
@safe struct EmbeddedLibrary {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private typealias Text = UnsafeMutablePointer<CChar>
    private typealias Open =
        @convention(c) (UnsafePointer<numa_hints_options>?, UnsafeMutablePointer<UInt64>?, UnsafeMutablePointer<Text?>?)
        -> Int32
    private typealias Admit =
        @convention(c) (UInt64, UnsafePointer<CChar>?, UnsafeMutablePointer<Text?>?, UnsafeMutablePointer<Text?>?) ->
        Int32
    private typealias Release =
        @convention(c) (
            UInt64, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafeMutablePointer<Text?>?,
            UnsafeMutablePointer<Text?>?
        ) -> Int32

    private let openCall: Open
    private let admitCall: Admit
    private let releaseCall: Release

    init(_ path: String) throws {
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL),
            let open = unsafe dlsym(handle, "numa_hints_open"), let admit = unsafe dlsym(handle, "numa_hints_admit"),
            let release = unsafe dlsym(handle, "numa_hints_release")
        else { throw Failure(description: "\(path) cannot be loaded") }
        // Sound: these are the types that numa_hints.h declares.
        unsafe openCall = unsafeBitCast(open, to: Open.self)
        unsafe admitCall = unsafeBitCast(admit, to: Admit.self)
        unsafe releaseCall = unsafeBitCast(release, to: Release.self)
    }

    func open(machine: String, ledger: String) throws -> UInt64 {
        var number: UInt64 = 0
        let status = unsafe machine.withCString { machine in
            unsafe ledger.withCString { ledger in
                var options = unsafe numa_hints_options()
                unsafe options.struct_size = MemoryLayout<numa_hints_options>.size
                unsafe options.machine = unsafe machine
                unsafe options.ledger = unsafe ledger
                return unsafe openCall(&options, &number, nil)
            }
        }
        guard status == NUMA_HINTS_OK else { throw Failure(description: "it cannot be opened: status \(status)") }
        return number
    }

    func admit(_ manager: UInt64, _ pod: String) throws {
        var document: Text?
        let status = unsafe admitCall(manager, pod, &document, nil)
        unsafe free(document)
        guard status == NUMA_HINTS_OK else { throw Failure(description: "a pod is not admitted: status \(status)") }
    }

    func release(_ manager: UInt64, _ uid: String) throws {
        let status = unsafe releaseCall(manager, uid, nil, nil, nil)
        guard status == NUMA_HINTS_OK else { throw Failure(description: "a pod is not released: status \(status)") }
    }
}

/// A result on its way from a task.
final class ResultBox<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    func set(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

    func get() throws -> Value {
        guard let value = try result.withLock({ $0 })?.get() else {
            throw EmbeddedLibrary.Failure(description: "a task said nothing")
        }
        return value
    }
}
