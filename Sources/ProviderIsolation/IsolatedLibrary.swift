// SPDX-License-Identifier: Apache-2.0

import BorderMemory
package import CNUMAHintsProvider
package import NUMACore
package import ProviderHost
import ProviderWire
import Synchronization

/// A provider library that is loaded by processes of its own, one for each instance, and never by this one.
@safe package final class IsolatedLibrary: ProviderSource {
    package let path: String
    package let minorVersion: UInt32
    private let program: String
    private let options: (String) -> IsolationOptions
    private let descriptors: [UnsafePointer<nh_descriptor>?]
    /// What the descriptors point to.
    private let memory: LentMemory
    /// A process with the library and without an instance.
    private let spare: Mutex<IsolatedProcess?>

    /// Loads the library in a process.
    ///
    /// - Parameters:
    ///   - program: numa-hints-provider.
    ///   - defaults: for the process that loads it first, before its providers are known.
    ///   - options: by provider id.
    package init(
        opening path: String, program: String, defaults: IsolationOptions,
        options: @escaping (String) -> IsolationOptions
    ) throws(NUMAHintsError) {
        self.program = program
        self.options = options
        if let user = defaults.user { try ProcessUser.check(user, file: path) }
        let opened: Opened
        do throws(ProcessFault) {
            opened = try Opened(path, program, defaults)
        } catch {
            throw NUMAHintsError(.provider, Self.sentence(error, .open), file: path)
        }
        if let refusal = opened.refusal { throw refusal }
        self.path = opened.path
        minorVersion = opened.minorVersion
        unsafe descriptors = opened.descriptors
        memory = opened.memory
        spare = Mutex(opened.process)
    }

    /// The ids of its providers, as they say.
    var ids: [String] {
        unsafe descriptors.compactMap { descriptor in
            guard let descriptor = unsafe descriptor, unsafe BorderRecord.isSet(descriptor, \.id) else { return nil }
            return unsafe String(cString: descriptor.pointee.id)
        }
    }

    package func descriptor(_ index: Int) -> UnsafePointer<nh_descriptor>? {
        unsafe descriptors.indices.contains(index) ? descriptors[index] : nil
    }

    package func create(
        _ id: String, _ host: UnsafePointer<nh_host>, _ made: inout UnsafePointer<nh_provider>?
    ) -> nh_status {
        let flags = unsafe descriptors.compactMap { unsafe $0 }.first {
            unsafe BorderRecord.isSet($0, \.id) && String(cString: $0.pointee.id) == id
        }.map { unsafe $0.pointee.flags }
        let isBooksOnly = (flags ?? 0) & nh_provider_flags(NH_PROVIDER_BOOKS_ONLY) != 0
        let instance = unsafe RemoteInstance(
            id: id, isBooksOnly: isBooksOnly, library: self, options: options(id), host: host)
        return unsafe instance.create(&made)
    }

    package func isolation(of table: UnsafePointer<nh_provider>) -> IsolationState? {
        unsafe RemoteInstance.of(table)?.state
    }

    package var hearsGiven: Bool { true }

    package func given(_ request: UnsafePointer<nh_request>, to table: UnsafePointer<nh_provider>) {
        unsafe RemoteInstance.of(table)?.keep(request)
    }

    package func ignoresFailures(of id: String) -> Bool { options(id).onFailure == .ignore }

    // MARK: Processes

    /// A process that has loaded the library, has no instance, and has the rights of these options.
    func process(_ options: IsolationOptions) throws(ProcessFault) -> IsolatedProcess {
        if let process = spare.withLock({ $0.take() }), process.rights == options.rights { return process }
        if let user = options.user {
            do throws(NUMAHintsError) {
                try ProcessUser.check(user, file: path)
            } catch {
                throw ProcessFault(cause: .noProcess(error.message))
            }
        }
        let opened = try Opened(path, program, options)
        if let refusal = opened.refusal { throw ProcessFault(cause: .noProcess(refusal.message)) }
        return opened.process
    }

    /// Takes a process whose instance is destroyed, for the next one.
    func takeBack(_ process: IsolatedProcess) {
        spare.withLock { if $0 == nil { $0 = process } }
    }

    static func sentence(_ fault: ProcessFault, _ call: WireCall) -> String {
        let words = fault.lastWords.isEmpty ? "" : "; it said last: \(fault.lastWords)"
        return "its process \(fault.text(in: call.name))\(words)"
    }
}

/// What a process said of the library that it was to load.
@safe private struct Opened {
    let process: IsolatedProcess
    let memory = LentMemory()
    private(set) var path: String
    private(set) var minorVersion: UInt32 = 0
    private(set) var descriptors: [UnsafePointer<nh_descriptor>?] = unsafe []
    private(set) var refusal: NUMAHintsError?

    init(_ path: String, _ program: String, _ options: IsolationOptions) throws(ProcessFault) {
        self.path = path
        process = try IsolatedProcess(program, options.rights)
        var question = WireWriter()
        question.number(WireCall.open.rawValue)
        question.text(path)
        let answer = try process.ask(question.bytes, within: options.startDeadline) { _ in }
        do throws(WireProblem) {
            try read(answer)
        } catch {
            throw process.fault(.garbage(error.description))
        }
    }

    private mutating func read(_ answer: [UInt8]) throws(WireProblem) {
        var decoder = RecordDecoder(answer, memory: memory)
        while true {
            switch WireItem(rawValue: try decoder.reader.number()) {
            case .library:
                path = try decoder.reader.text() ?? path
                minorVersion = try decoder.reader.number()
            case .descriptor: unsafe descriptors.append(try decoder.record(.descriptor))
            case .refused:
                let reason = try decoder.reader.text() ?? "no reason given"
                refusal = NUMAHintsError(.provider, reason, file: try decoder.reader.text() ?? path)
            case .changed: break
            case .end:
                _ = try decoder.reader.number(nh_status.self)
                return
            default: throw WireProblem("what is no answer to loading")
            }
        }
    }
}
