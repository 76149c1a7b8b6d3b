// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import Glibc
import NUMACore
import ProviderHost
import ProviderWire

/// What is done when the process of an instance ended.
extension RemoteInstance {
    /// Starts another process, if it may, and tells it what is held.
    ///
    /// - Returns: what happened, and what was done, in words that follow the provider's id.
    func recover(from fault: ProcessFault, in call: WireCall) -> String {
        process = nil
        var sentence = fault.text(in: call.name)
        var words = fault.lastWords
        for (transaction, changes) in open where !changes.isEmpty { lost[transaction] = sentence }
        open = [:]
        var failing = call
        while process == nil {
            guard let wait = restarts.fail(in: failing) else {
                sentence += "; not started again after \(restarts.limit) restarts"
                break
            }
            pause(wait)
            do throws(CallFault) {
                process = try anotherProcess()
                sentence += "; started again (\(restarts.used) of \(restarts.limit))"
            } catch {
                failing = error.call
                sentence += "; started again (\(restarts.used) of \(restarts.limit)), \(error.text)"
                words = error.fault.lastWords
            }
        }
        note(words.isEmpty ? sentence : "\(sentence); it said last: \(words)", sentence)
        return sentence
    }

    /// A fault of one of the calls by which a process is told what was.
    private struct CallFault: Error {
        var fault: ProcessFault
        var call: WireCall
        /// The call returned this failure.
        var status: nh_status?

        var text: String {
            status.map { "\(call.name) failed with status \($0)" } ?? fault.text(in: call.name)
        }
    }

    /// A process with an instance that holds what is held.
    ///
    /// A transaction whose process ended in commit may have changed hardware or not. It is taken for committed and then
    /// released: all its pieces are restored, and released after start.
    private func anotherProcess() throws(CallFault) -> IsolatedProcess {
        let process: IsolatedProcess
        do throws(ProcessFault) { process = try library.process(options) } catch {
            throw CallFault(fault: error, call: .open)
        }
        try make(process)
        var held = books
        for change in unknown { if case .give = change { held.apply(change) } }
        for pod in held.pods {
            // What was encoded here can be read here.
            for question in (try? pod.restoring()) ?? [] { _ = try tell(.restore, question, process) }
        }
        if unknown.isEmpty {
            for record in books.memory {
                _ = try tell(.restoreMemory, question(.restoreMemory) + record, process)
            }
        }
        if isStarted { try check(.start, try tell(.start, question(.start), process)) }
        try releaseUnknown(process)
        return process
    }

    private func make(_ process: IsolatedProcess) throws(CallFault) {
        let known = members
        var found = InstanceMembers()
        do throws(ProcessFault) {
            let status = try exchange(.create, creation, with: process) { (item, decoder) throws(WireProblem) in
                guard item == .instance else { throw WireProblem("\(item) as an answer to create") }
                found = InstanceMembers(rawValue: try decoder.reader.number())
                _ = unsafe try decoder.texts()
                _ = unsafe try decoder.texts()
            }
            guard status == NH_OK, found == known else {
                throw ProcessFault(cause: .garbage("another table than before"))
            }
        } catch {
            throw CallFault(fault: error, call: .create)
        }
    }

    private func releaseUnknown(_ process: IsolatedProcess) throws(CallFault) {
        guard !unknown.isEmpty else { return }
        // The host counts transactions upwards from 1.
        let transaction = nh_transaction.max - nh_transaction(restarts.total)
        for change in unknown {
            var encoder = RecordEncoder()
            encoder.writer.number(WireCall.release.rawValue)
            encoder.writer.number(transaction)
            let (uid, container) = change.holder
            encoder.holder(uid: uid, container: container)
            try check(.release, try tell(.release, encoder.writer.bytes, process))
        }
        var encoder = RecordEncoder()
        encoder.writer.number(WireCall.commit.rawValue)
        encoder.writer.number(transaction)
        try check(.commit, try tell(.commit, encoder.writer.bytes, process))
        for change in unknown {
            let (uid, container) = change.holder
            books.apply(.free(uid: uid, container: container))
        }
        unknown = []
    }

    /// Tells a process something; what it says of hardware that is gone is in the log.
    private func tell(
        _ call: WireCall, _ question: [UInt8], _ process: IsolatedProcess
    ) throws(CallFault) -> nh_status {
        do throws(ProcessFault) { return try exchange(call, question, with: process, Self.takeNothing) } catch {
            throw CallFault(fault: error, call: call)
        }
    }

    private func check(_ call: WireCall, _ status: nh_status) throws(CallFault) {
        guard status != NH_OK else { return }
        throw CallFault(fault: ProcessFault(cause: .garbage("")), call: call, status: status)
    }

    private func pause(_ time: Duration) {
        guard time > .zero else { return }
        var left = timespec(
            tv_sec: Int(time.components.seconds), tv_nsec: Int(time.components.attoseconds / 1_000_000_000))
        var asked = left
        while unsafe nanosleep(&asked, &left) != 0, errno == EINTR { asked = left }
    }
}
