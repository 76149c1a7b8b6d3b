// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import ProviderWire

/// What a pod was given that a provider is shown, kept by the host, so that another process of the provider can be told.
struct HeldPod {
    /// A piece, as its provider reported it.
    struct Piece {
        var isMemory: Bool
        /// It is of this provider, and not of another whose pieces it observes.
        var isOwn: Bool
        /// An encoded nh_assignment.
        var record: [UInt8]
    }

    let uid: String
    /// An encoded nh_request for the pod.
    var request: [UInt8]
    var pieces: [String: [Piece]] = [:]

    var isEmpty: Bool { pieces.allSatisfy(\.value.isEmpty) }

    /// Frees what is left of ordinary init containers before the one that started; of memory alone, as the host does.
    mutating func started(_ container: String) throws(WireProblem) {
        var decoder = RecordDecoder(request)
        guard let pod = unsafe try decoder.record(.request, as: nh_request.self) else { return }
        guard let containers = unsafe pod.pointee.containers else { return }
        for index in unsafe 0..<pod.pointee.container_count {
            let other = unsafe containers[index].pointee
            let name = unsafe String(cString: other.name)
            if name == container { return }
            if unsafe other.kind == nh_container_kind(NH_CONTAINER_INIT) {
                pieces[name]?.removeAll(where: \.isMemory)
            }
        }
    }

    /// Questions that restore what the containers hold, in the order of the pod: encoded requests.
    func restoring() throws(WireProblem) -> [[UInt8]] {
        var decoder = RecordDecoder(request)
        guard let pod = unsafe try decoder.record(.request, as: nh_request.self) else { return [] }
        let memory = decoder.memory
        var containers: [UnsafePointer<nh_container>] = unsafe []
        var holders: [Int] = []
        for index in unsafe 0..<pod.pointee.container_count {
            guard let list = unsafe pod.pointee.containers else { break }
            var container = unsafe list[index].pointee
            let held = pieces[unsafe String(cString: container.name)] ?? []
            var records: [UnsafePointer<nh_assignment>] = unsafe []
            for piece in held {
                var piece = RecordDecoder(piece.record, memory: memory)
                if let record = unsafe try piece.record(.assignment, as: nh_assignment.self) {
                    unsafe records.append(record)
                }
            }
            unsafe container.held = memory.array(records)
            unsafe container.held_count = records.count
            if unsafe !records.isEmpty { holders.append(index) }
            unsafe containers.append(memory.record(container))
        }
        var questions: [[UInt8]] = []
        for index in holders {
            var request = unsafe pod.pointee
            unsafe request.containers = memory.array(containers)
            unsafe request.container = containers[index]
            var encoder = RecordEncoder()
            encoder.writer.number(WireCall.restore.rawValue)
            unsafe encoder.record(memory.record(request), .request)
            questions.append(encoder.writer.bytes)
        }
        return questions
    }
}
