// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import Glibc
import NUMACore
import ProviderHost
import ProviderWire

/// An instance of a provider in a process of its own, behind a table like any other.
///
/// Where the process ends, the call fails with the evidence; another process is told what is held, and takes over. As
/// with any instance, calls do not overlap.
@safe final class RemoteInstance {
    /// How a call went.
    enum Outcome {
        case returned(nh_status)
        /// The process ended; the sentence says how, and what was done.
        case died(String)
    }

    /// Takes down a record of an answer; it must read all of it.
    typealias Take = (WireItem, inout RecordDecoder) throws(WireProblem) -> Void

    let id: String
    let isBooksOnly: Bool
    let library: IsolatedLibrary
    let options: IsolationOptions
    /// The host's table, which outlives the instance.
    let host: UnsafePointer<nh_host>
    /// What the tables consist of.
    let memory = LentMemory()
    var members = InstanceMembers()
    private(set) var claims: [ResourceClaim] = []
    var process: IsolatedProcess?
    var books = RemoteBooks()
    var isStarted = false
    /// Transactions that the process knows.
    var open: [nh_transaction: [RemoteBooks.Change]] = [:]
    /// Transactions whose process ended, and how.
    var lost: [nh_transaction: String] = [:]
    /// What transactions were to change whose process ended in commit.
    var unknown: [RemoteBooks.Change] = []
    var restarts = RestartCount(waits: IsolationOptions.waits)
    /// The question that makes the instance.
    let creation: [UInt8]
    private(set) var faults: [String] = []

    private static let faultLimit = 8

    init(
        id: String, isBooksOnly: Bool, library: IsolatedLibrary, options: IsolationOptions,
        host: UnsafePointer<nh_host>
    ) {
        self.id = id
        self.isBooksOnly = isBooksOnly
        self.library = library
        self.options = options
        unsafe self.host = host
        var question = RecordEncoder()
        question.writer.number(WireCall.create.rawValue)
        question.writer.text(id)
        unsafe question.writer.number(host.pointee.abi_minor)
        unsafe question.text(host.pointee.config)
        unsafe question.text(host.pointee.root)
        let machine = unsafe host.pointee.extension(host, NH_EXT_MACHINE)
        unsafe question.machine(machine?.assumingMemoryBound(to: nh_machine.self))
        creation = question.writer.bytes
    }

    var state: IsolationState {
        IsolationState(
            process: process?.pid, restarts: restarts.total, isQuarantined: restarts.isQuarantined, faults: faults)
    }

    /// Makes the instance, and its table if there is one.
    func create(_ made: inout UnsafePointer<nh_provider>?) -> nh_status {
        var claims: UnsafePointer<UnsafePointer<CChar>?>?
        var observes: UnsafePointer<UnsafePointer<CChar>?>?
        var isMade = false
        do throws(ProcessFault) {
            let process = try library.process(options)
            let lent = memory
            let status = try exchange(.create, creation, with: process) { (item, decoder) throws(WireProblem) in
                guard item == .instance else { throw WireProblem("\(item) as an answer to create") }
                self.members = InstanceMembers(rawValue: try decoder.reader.number())
                var names = RecordDecoder(decoder.reader.rest, memory: lent)
                unsafe claims = try names.texts()
                unsafe observes = try names.texts()
                decoder.reader.skip(names.reader.position)
                isMade = true
            }
            self.process = process
            self.claims = unsafe Self.claims(claims)
            if isMade { unsafe made = makeTable(claims: claims, observes: observes) }
            return status
        } catch {
            let sentence = IsolatedLibrary.sentence(error, .create)
            note(sentence, error.text(in: WireCall.create.name))
            return nh_status(NH_INTERNAL)
        }
    }

    private static func claims(_ names: UnsafePointer<UnsafePointer<CChar>?>?) -> [ResourceClaim] {
        var claims: [ResourceClaim] = []
        while let names = unsafe names, let name = unsafe names[claims.count] {
            claims.append(ResourceClaim(unsafe String(cString: name)))
        }
        return claims
    }

    // MARK: Asking

    /// Asks the process, and sees to another one if it ends.
    func ask(_ call: WireCall, _ question: [UInt8], _ take: Take = RemoteInstance.takeNothing) -> Outcome {
        guard let process else { return .died(refusal) }
        do throws(ProcessFault) {
            let status = try exchange(call, question, with: process, take)
            restarts.succeed(in: call)
            return .returned(status)
        } catch {
            return .died(recover(from: error, in: call))
        }
    }

    /// The status that a call returns, with the reason told to the host.
    func status(_ outcome: Outcome, _ failure: Int = Int(NH_INTERNAL), code: String = ProviderFailure.diedCode)
        -> nh_status
    {
        switch outcome {
        case .returned(let status): return status
        case .died(let sentence):
            explain(sentence, code: code)
            return nh_status(failure)
        }
    }

    /// A question without arguments.
    func question(_ call: WireCall) -> [UInt8] { [call.rawValue] }

    static func takeNothing(_ item: WireItem, _: inout RecordDecoder) throws(WireProblem) {
        throw WireProblem("an unasked \(item)")
    }

    func exchange(
        _ call: WireCall, _ question: [UInt8], with process: IsolatedProcess, _ take: Take
    ) throws(ProcessFault) -> nh_status {
        let answer = try process.ask(question, within: limit(of: call)) { told($0) }
        do throws(WireProblem) {
            return try read(answer, take)
        } catch {
            throw process.fault(.garbage(error.description))
        }
    }

    private func limit(of call: WireCall) -> Duration {
        switch call {
        case .open, .create, .restore, .restoreMemory, .start: options.startDeadline
        default: options.deadline
        }
    }

    private func read(_ answer: [UInt8], _ take: Take) throws(WireProblem) -> nh_status {
        var decoder = RecordDecoder(answer)
        while true {
            let number = try decoder.reader.number(UInt8.self)
            guard let item = WireItem(rawValue: number) else { throw WireProblem("the unknown record \(number)") }
            switch item {
            case .end:
                let status = try decoder.reader.number(nh_status.self)
                guard decoder.reader.isAtEnd else { throw WireProblem("more after the end of an answer") }
                return status
            case .explain:
                let message = unsafe try decoder.record(.message, as: nh_message.self)
                unsafe host.pointee.explain(host, promised(message))
            case .changed: unsafe host.pointee.changed(host)
            default: try take(item, &decoder)
            }
        }
    }

    /// What the process said without being asked; what cannot be read of it is passed over.
    private func told(_ message: [UInt8]) {
        var decoder = RecordDecoder(message)
        guard let number = try? decoder.reader.number(UInt8.self) else { return }
        switch WireItem(rawValue: number) {
        case .changed: unsafe host.pointee.changed(host)
        case .log:
            guard let severity = try? decoder.reader.number(nh_severity.self),
                let message = unsafe try? decoder.record(.message, as: nh_message.self)
            else { return }
            unsafe host.pointee.log(host, severity, message)
        default: return
        }
    }

    // MARK: Telling

    func explain(_ text: String, code: String) {
        let lent = LentMemory()
        unsafe host.pointee.explain(host, lent.message(text, code: code))
    }

    /// Takes down a fault, and writes it to the log with the evidence.
    func note(_ sentence: String, _ short: String) {
        faults.append(sentence)
        if faults.count > Self.faultLimit { faults.removeFirst() }
        explain(short, code: ProviderFailure.diedCode)
        let lent = LentMemory()
        unsafe host.pointee.log(host, nh_severity(NH_ERROR), lent.message(sentence, code: ProviderFailure.diedCode))
    }

    /// What is said of a provider that has no process any more.
    private var refusal: String {
        "out of use: \(faults.last ?? "it has no process")"
    }

    /// The pointer as the header promises it, though it may be NULL: who is told checks that.
    func promised<Pointee>(_ pointer: UnsafePointer<Pointee>?) -> UnsafePointer<Pointee> {
        unsafe unsafeBitCast(pointer, to: UnsafePointer<Pointee>.self)
    }
}

extension LentMemory {
    func message(_ text: String, code: String) -> UnsafePointer<nh_message> {
        unsafe record(
            nh_message(
                struct_size: MemoryLayout<nh_message>.size, text: string(text), code: string(code), facts: nil,
                fact_count: 0))
    }
}
