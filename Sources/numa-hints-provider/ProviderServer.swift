// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import Glibc
import NUMACore
import ProviderHost
import ProviderWire

/// Runs one instance of a provider at a time for a host at the other end of a socket.
///
/// It checks nothing that the provider says: what it delivers is sent as it is, and held against the contract by the
/// host.
@safe final class ProviderServer {
    /// How the process ends where the socket is not to be used any more.
    static let lostSocket: Int32 = 70

    let line = HostLine()
    /// The answer to the question that is being answered.
    var answer = RecordEncoder()
    var call: UInt32 = 0
    private var library: LoadedLibrary?
    private var instance: ServedInstance?

    /// Answers until the host is gone.
    func serve() -> Int32 {
        var buffer = [UInt8](repeating: 0, count: Frame.limit + 1)
        while let question = line.next(by: &buffer) {
            call = question.call
            do throws(WireProblem) {
                let status = try answer(question.message)
                finish(status)
            } catch {
                complain("the host sent \(error)")
                return Self.lostSocket
            }
        }
        return 0
    }

    /// Adds a record to the answer, and sends what has come together.
    func add(_ item: WireItem, _ write: (inout RecordEncoder) -> Void = { _ in }) {
        answer.writer.number(item.rawValue)
        write(&answer)
        guard answer.writer.bytes.count >= Frame.partLimit else { return }
        line.send(answer.writer.bytes, call: call, isLast: false)
        answer.writer.removeAll()
    }

    private func finish(_ status: nh_status) {
        if line.takeOwedChange() { answer.writer.number(WireItem.changed.rawValue) }
        answer.writer.number(WireItem.end.rawValue)
        answer.writer.number(status)
        line.send(answer.writer.bytes, call: call, isLast: true)
        answer.writer.removeAll()
    }

    private func answer(_ message: [UInt8]) throws(WireProblem) -> nh_status {
        var question = RecordDecoder(message)
        let number = try question.reader.number(UInt8.self)
        guard let call = WireCall(rawValue: number) else { throw WireProblem("the unknown call \(number)") }
        switch call {
        case .open: return open(try question.reader.text() ?? "")
        case .create: return try create(&question)
        case .destroy:
            instance?.destroy()
            instance = nil
            return nh_status(NH_OK)
        default:
            guard let instance else { throw WireProblem("\(call.name) without an instance") }
            return try instance.answer(call, &question)
        }
    }

    private func open(_ path: String) -> nh_status {
        do throws(NUMAHintsError) {
            let opened = try LoadedLibrary(opening: path)
            library = opened
            add(.library) { encoder in
                encoder.writer.text(opened.path)
                encoder.writer.number(opened.minorVersion)
            }
            // The host says what is wrong with more of them.
            for index in 0...256 {
                guard let descriptor = unsafe opened.descriptor(index) else { break }
                add(.descriptor) { unsafe $0.record(descriptor, .descriptor) }
            }
            return nh_status(NH_OK)
        } catch {
            add(.refused) { encoder in
                encoder.writer.text(error.message)
                encoder.writer.text(error.file)
            }
            return nh_status(NH_INVALID)
        }
    }

    private func create(_ question: inout RecordDecoder) throws(WireProblem) -> nh_status {
        guard let library, instance == nil else { throw WireProblem("create without a library, or twice") }
        let made = try ServedInstance(&question, library, self)
        let status = made.create()
        if unsafe made.table != nil { instance = made }
        return status
    }
}

/// Says something on the standard error, which the host keeps.
func complain(_ text: String) {
    let line = Array("numa-hints-provider: \(text)\n".utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
