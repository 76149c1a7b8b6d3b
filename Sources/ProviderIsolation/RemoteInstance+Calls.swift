// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore
import ProviderHost
import ProviderWire

/// The calls of the table.
extension RemoteInstance {
    func hints(_ request: UnsafePointer<nh_request>, _ sink: UnsafePointer<nh_hint_sink>) -> nh_status {
        var question = encoder(.hints)
        unsafe question.writer.number(UInt32(clamping: sink.pointee.limit))
        unsafe question.record(request, .request)
        let outcome = ask(.hints, question.writer.bytes) { (item, answer) throws(WireProblem) in
            switch item {
            case .hint: unsafe sink.pointee.hint(sink, self.promised(try answer.record(.hint)))
            case .capacity: unsafe sink.pointee.capacity(sink, self.promised(try answer.record(.capacity)))
            case .any: unsafe sink.pointee.any(sink, self.promised(try answer.text()))
            case .none:
                let resource = unsafe try answer.text()
                let reason = unsafe try answer.record(.message, as: nh_message.self)
                unsafe sink.pointee.none(sink, self.promised(resource), self.promised(reason))
            default: throw WireProblem("\(item) as an answer to hints")
            }
        }
        return status(outcome)
    }

    func prepare(
        _ transaction: nh_transaction, _ request: UnsafePointer<nh_request>,
        _ placement: UnsafePointer<nh_placement>, _ sink: UnsafePointer<nh_assignment_sink>
    ) -> nh_status {
        if let why = lost[transaction] { return status(.died(Self.isLost(why))) }
        var record = RecordEncoder()
        unsafe record.record(request, .request)
        var question = encoder(.prepare)
        question.writer.number(transaction)
        question.writer.bytes(record.writer.bytes)
        unsafe question.record(placement, .placement)
        open[transaction, default: []] += []
        var pieces: [HeldPod.Piece] = []
        let outcome = ask(.prepare, question.writer.bytes) { (item, answer) throws(WireProblem) in
            guard item == .assign else { throw WireProblem("\(item) as an answer to prepare") }
            let start = answer.reader.position
            let piece = unsafe try answer.record(.assignment, as: nh_assignment.self)
            if let piece = unsafe piece {
                let isMemory = unsafe piece.pointee.kind == nh_assignment_kind(NH_ASSIGN_MEMORY)
                pieces.append(
                    HeldPod.Piece(isMemory: isMemory, isOwn: true, record: answer.reader.bytes(since: start)))
            }
            unsafe sink.pointee.assign(sink, self.promised(piece))
        }
        if case .returned(nh_status(NH_OK)) = outcome, let container = unsafe request.pointee.container {
            let change = unsafe RemoteBooks.Change.give(
                uid: String(cString: request.pointee.pod_uid), container: String(cString: container.pointee.name),
                request: record.writer.bytes, pieces: pieces)
            open[transaction, default: []].append(change)
        }
        return status(outcome)
    }

    func release(_ transaction: nh_transaction, _ holder: UnsafePointer<nh_holder>) -> nh_status {
        if let why = lost[transaction] { return status(.died(Self.isLost(why))) }
        let uid = unsafe String(cString: holder.pointee.pod_uid)
        let container = unsafe holder.pointee.container.map { unsafe String(cString: $0) }
        // Who holds nothing needs no process.
        if process == nil, !books.holds(uid: uid, container: container), unknown.isEmpty {
            books.apply(.free(uid: uid, container: container))
            return nh_status(NH_OK)
        }
        var question = encoder(.release)
        question.writer.number(transaction)
        unsafe question.record(holder, .holder)
        open[transaction, default: []] += []
        let outcome = ask(.release, question.writer.bytes)
        if case .returned(nh_status(NH_OK)) = outcome {
            open[transaction, default: []].append(.free(uid: uid, container: container))
        }
        return status(outcome)
    }

    func commit(_ transaction: nh_transaction) -> nh_status {
        if let why = lost.removeValue(forKey: transaction) { return status(.died(Self.isLost(why)), Int(NH_IO)) }
        if process == nil { return nh_status(NH_OK) }
        let changes = open.removeValue(forKey: transaction) ?? []
        // Books alone end with their process; what has hardware may have changed it.
        if isStarted, !isBooksOnly { unknown += changes }
        let outcome = ask(.commit, question(.commit, transaction))
        guard case .returned(let status) = outcome else {
            if isBooksOnly || !isStarted { forget(changes) }
            let code = unknown.isEmpty ? ProviderFailure.diedCode : ProviderFailure.unknownOutcomeCode
            return self.status(outcome, Int(NH_IO), code: code)
        }
        unknown = []
        guard status == NH_OK else {
            open[transaction] = changes
            return status
        }
        for change in changes { books.apply(change) }
        lookAtMemory()
        return status
    }

    func rollback(_ transaction: nh_transaction) {
        open[transaction] = nil
        // Its process ended, and with it what was set aside.
        guard lost.removeValue(forKey: transaction) == nil, process != nil else { return }
        _ = ask(.rollback, question(.rollback, transaction))
    }

    func restore(_ request: UnsafePointer<nh_request>) -> nh_status {
        var record = RecordEncoder()
        unsafe record.record(request, .request)
        let outcome = ask(.restore, question(.restore) + record.writer.bytes)
        if case .returned(nh_status(NH_OK)) = outcome { unsafe keep(request) }
        return status(outcome)
    }

    /// Takes down what the request's container has.
    func keep(_ request: UnsafePointer<nh_request>) {
        // Without a process there will be none that could be told.
        guard process != nil, let container = unsafe request.pointee.container else { return }
        var record = RecordEncoder()
        unsafe record.record(request, .request)
        var pieces: [HeldPod.Piece] = []
        for index in unsafe 0..<container.pointee.held_count {
            guard let held = unsafe container.pointee.held else { break }
            var piece = RecordEncoder()
            unsafe piece.record(held[index], .assignment)
            let resource = ResourceName(unsafe String(cString: held[index].pointee.resource))
            pieces.append(
                HeldPod.Piece(
                    isMemory: unsafe held[index].pointee.kind == nh_assignment_kind(NH_ASSIGN_MEMORY),
                    isOwn: claims.contains { $0.covers(resource) }, record: piece.writer.bytes))
        }
        books.apply(
            unsafe .give(
                uid: String(cString: request.pointee.pod_uid), container: String(cString: container.pointee.name),
                request: record.writer.bytes, pieces: pieces))
    }

    func start() -> nh_status {
        let outcome = ask(.start, question(.start))
        if case .returned(nh_status(NH_OK)) = outcome {
            isStarted = true
            lookAtMemory()
        }
        return status(outcome)
    }

    func stop() {
        isStarted = false
        end(.stop)
    }

    func started(_ holder: UnsafePointer<nh_holder>) {
        let uid = unsafe String(cString: holder.pointee.pod_uid)
        if let container = unsafe holder.pointee.container {
            // What was encoded here can be read here.
            try? books.started(uid: uid, container: unsafe String(cString: container))
        }
        guard process != nil else { return }
        var question = encoder(.started)
        unsafe question.record(holder, .holder)
        if case .returned = ask(.started, question.writer.bytes) { lookAtMemory() }
    }

    func destroy() {
        end(.destroy)
        if let process { library.takeBack(process) }
        process = nil
    }

    /// One of the last calls, after which no other process is of use.
    private func end(_ call: WireCall) {
        guard let process else { return }
        do throws(ProcessFault) {
            _ = try exchange(call, question(call), with: process, Self.takeNothing)
        } catch {
            self.process = nil
            let sentence = error.text(in: call.name)
            note(error.lastWords.isEmpty ? sentence : "\(sentence); it said last: \(error.lastWords)", sentence)
        }
    }

    // MARK: Extensions

    /// Visits records until a visit says that it is enough.
    func walk<Record>(
        _ call: WireCall, _ wanted: WireItem, _ shape: RecordShape, _ visit: (UnsafePointer<Record>) -> Bool
    ) -> nh_status {
        var isOver = false
        return status(
            ask(call, question(call)) { (item, answer) throws(WireProblem) in
                guard item == wanted else { throw WireProblem("\(item) as an answer to \(call.name)") }
                let record = unsafe try answer.record(shape, as: Record.self)
                if !isOver { isOver = unsafe !visit(self.promised(record)) }
            })
    }

    func restoreMemory(_ node: UnsafePointer<nh_memory_node>) -> nh_status {
        var record = RecordEncoder()
        unsafe record.record(node, .memoryNode)
        let outcome = ask(.restoreMemory, question(.restoreMemory) + record.writer.bytes)
        if case .returned(nh_status(NH_OK)) = outcome { books.memory.append(record.writer.bytes) }
        return status(outcome)
    }

    /// Keeps what the books of memory say after a change, since pieces leave open on which nodes they are.
    private func lookAtMemory() {
        guard members.contains([.memory, .memoryEach, .memoryRestore]), open.isEmpty, process != nil else { return }
        var records: [[UInt8]] = []
        let outcome = ask(.memory, question(.memory)) { (item, answer) throws(WireProblem) in
            guard item == .memoryNode else { throw WireProblem("\(item) as an answer to memory") }
            let start = answer.reader.position
            _ = unsafe try answer.record(.memoryNode, as: nh_memory_node.self)
            records.append(answer.reader.bytes(since: start))
        }
        if case .returned(nh_status(NH_OK)) = outcome { books.memory = records }
    }

    // MARK: Questions

    private func encoder(_ call: WireCall) -> RecordEncoder {
        var encoder = RecordEncoder()
        encoder.writer.number(call.rawValue)
        return encoder
    }

    private func question(_ call: WireCall, _ transaction: nh_transaction) -> [UInt8] {
        var encoder = encoder(call)
        encoder.writer.number(transaction)
        return encoder.writer.bytes
    }

    /// What a transaction of books alone was to free is freed with the process; what it gave is not kept.
    private func forget(_ changes: [RemoteBooks.Change]) {
        for change in changes {
            if case .free = change { books.apply(change) }
        }
    }

    private static func isLost(_ why: String) -> String { "what the transaction had is lost: \(why)" }
}

extension RecordEncoder {
    /// A holder that is named by texts.
    mutating func holder(uid: String, container: String?) {
        let lent = LentMemory()
        unsafe record(
            lent.record(
                nh_holder(
                    struct_size: MemoryLayout<nh_holder>.size, pod_uid: lent.string(uid),
                    container: lent.string(container))), .holder)
    }
}
