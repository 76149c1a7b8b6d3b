// SPDX-License-Identifier: Apache-2.0

import CIsolation
import Glibc
import ProviderWire

/// A process of `numa-hints-provider`, which is asked one question after another. It is killed with this object.
///
/// Sound to send: it is handed from one instance to the next, and only the one that has it asks it.
final class IsolatedProcess: @unchecked Sendable {
    let rights: IsolationOptions.Rights
    private let child: isolation_child
    private var call: UInt32 = 0
    private var lastWords: [UInt8] = []
    private var hasWords = true
    private var hasEnded = false
    private var buffer = [UInt8](repeating: 0, count: Frame.limit + 1)

    var pid: Int32 { child.pid }

    private static let wordLimit = 2048
    /// How long an answer is waited for before it is looked at what else there may be.
    private static let patience = Duration.milliseconds(20)

    /// Starts the program. It has the rights that it needs, once it answers.
    init(_ program: String, _ rights: IsolationOptions.Rights) throws(ProcessFault) {
        self.rights = rights
        let arguments = [program, "\(getpid())"] + rights.arguments
        // Else a crash of a Swift provider would be taken down by another process for seconds.
        let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "SWIFT_BACKTRACE=enable=no"]
        var made = isolation_child()
        let problem = unsafe Self.withStrings(arguments) { arguments in
            unsafe Self.withStrings(environment) { environment in
                unsafe isolation_start(program, arguments, environment, &made)
            }
        }
        guard problem == 0 else {
            throw ProcessFault(cause: .noProcess("\(program): \(Self.text(problem))"))
        }
        child = made
        var time = timeval(tv_sec: 0, tv_usec: Int(Self.patience / .microseconds(1)))
        // Where it cannot be set, a process that does not answer at once is waited for without end.
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(made.socket, SOL_SOCKET, SO_RCVTIMEO, &time, size) == 0 else {
            throw ProcessFault(cause: .noProcess("\(program): \(Self.text(errno))"))
        }
    }

    deinit {
        if !hasEnded { _ = end(within: 0) }
    }

    /// Asks, and waits for the whole answer.
    ///
    /// - Parameter told: hears what the process says without being asked.
    func ask(
        _ question: [UInt8], within limit: Duration, told: ([UInt8]) -> Void
    ) throws(ProcessFault) -> [UInt8] {
        guard !hasEnded else { throw ProcessFault(cause: .closedSocket) }
        let end = ContinuousClock.now + limit
        call = call == .max ? 1 : call + 1
        for packet in Frame.packets(of: question, call: call) {
            while try !send(packet) { try wait(for: Int16(POLLOUT), until: end, limit) }
        }
        // While it answers: what it wrote before must not fill the pipe.
        readWords()
        var joiner = FrameJoiner()
        var count = limit > Self.patience ? try receive(flags: 0) : nil
        while true {
            guard let received = count else {
                try wait(for: Int16(POLLIN), until: end, limit)
                count = try receive(flags: Int32(MSG_DONTWAIT))
                continue
            }
            count = nil
            do throws(WireProblem) {
                let frame = try Frame(in: buffer, count: received)
                if frame.call == 0, frame.isLast {
                    told(frame.part)
                } else if frame.call == call {
                    if let answer = try joiner.take(frame) { return answer }
                } else {
                    throw WireProblem("an answer to question \(frame.call), not \(call)")
                }
            } catch {
                throw fault(.garbage(error.description))
            }
        }
    }

    /// Ends the process for what it did.
    func fault(_ cause: ProcessFault.Cause) -> ProcessFault {
        guard !hasEnded else { return ProcessFault(cause: cause) }
        let isGone = cause == .closedSocket
        let ended = end(within: isGone ? 200 : 0)
        var fault = ProcessFault(cause: cause, lastWords: shownWords)
        guard isGone, !ended.was_killed_here else { return fault }
        // As the macros of wait(2) take it apart, which Swift does not see.
        let status = ended.status
        fault.cause = status & 0x7f == 0 ? .status(status >> 8 & 0xff) : .signal(status & 0x7f)
        return fault
    }

    private func end(within milliseconds: Int32) -> isolation_end {
        hasEnded = true
        let ended = unsafe withUnsafePointer(to: child) { unsafe isolation_finish($0, milliseconds) }
        readWords()
        close(child.socket)
        close(child.words)
        return ended
    }

    // MARK: The socket

    /// Whether the packet was taken; false if there is no room for it yet.
    private func send(_ packet: [UInt8]) throws(ProcessFault) -> Bool {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = unsafe packet.withUnsafeBytes {
            unsafe Glibc.send(child.socket, $0.baseAddress, $0.count, flags)
        }
        if count >= 0 { return true }
        guard errno == EAGAIN || errno == EINTR || errno == ENOBUFS else { throw fault(.closedSocket) }
        return false
    }

    /// The size of the packet that is in the buffer now; nil if none came yet.
    private func receive(flags: Int32) throws(ProcessFault) -> Int? {
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(child.socket, $0.baseAddress, $0.count, flags)
        }
        if count > 0 { return count }
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        throw fault(.closedSocket)
    }

    /// Waits until the socket can be used so, and meanwhile reads what the process writes for people.
    private func wait(
        for event: Int16, until end: ContinuousClock.Instant, _ limit: Duration
    ) throws(ProcessFault) {
        while true {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { throw fault(.deadline(limit)) }
            let milliseconds = Int32(clamping: Int((left / .milliseconds(1)).rounded(.up)))
            var files = [
                pollfd(fd: child.socket, events: event, revents: 0),
                pollfd(fd: hasWords ? child.words : -1, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe files.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, milliseconds) }
            guard count > 0 else { continue }
            if files[1].revents != 0 { readWords() }
            if files[0].revents != 0 { return }
        }
    }

    // MARK: Words

    private func readWords() {
        while hasWords {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(child.words, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                hasWords = false
                return
            }
            lastWords = Array((lastWords + buffer[..<count]).suffix(Self.wordLimit))
        }
    }

    private var shownWords: String {
        let text = String(decoding: lastWords, as: UTF8.self)
        let words = text.unicodeScalars.split { $0.properties.generalCategory == .control }
        return words.suffix(5).map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
    }

    // MARK: C

    private static func withStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe body(pointers)
    }

    static func text(_ problem: Int32) -> String {
        unsafe strerror(problem).map { unsafe String(cString: $0) } ?? "error \(problem)"
    }
}
