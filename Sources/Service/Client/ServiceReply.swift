// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NIOCore
import NIOHTTP1
import NUMACore

/// What a service answered.
package struct ServiceReply: Sendable {
    /// What a command would print.
    package let text: String
    /// What a command would say besides.
    package let warnings: [String]
    /// What a command would end with.
    package let exitStatus: Int32

    /// - Parameter file: what stands for the body in an error.
    /// - Throws: what the service found wrong, or could not do.
    init(_ head: HTTPResponseHead, _ body: ByteBuffer, file: String?) throws(NUMAHintsError) {
        let bytes = Data(body.readableBytesView)
        guard head.status == .ok else {
            guard let problem = try? JSONDecoder().decode(Document.self, from: bytes) else {
                throw NUMAHintsError(.state, "the service answered \(head.status.code) \(head.status.reasonPhrase)")
            }
            throw problem.error(file: file)
        }
        text = String(decoding: bytes, as: UTF8.self)
        warnings = head.headers[Answer.warning].map { line in
            guard let file, line.hasPrefix("body:") else { return line }
            return file + line.dropFirst(4)
        }
        exitStatus = head.headers.first(name: Answer.exitStatus).flatMap { Int32($0) } ?? 0
    }

    /// A ``Problem``, from the other side.
    private struct Document: Decodable {
        var code: String
        var detail: String
        var exitStatus: Int32
        var file: String?
        var line: Int?

        func error(file body: String?) -> NUMAHintsError {
            let codes: [NUMAHintsError.Code] = [.input, .usage, .machine, .provider, .state, .closed, .bug]
            let other: NUMAHintsError.Code = exitStatus == NUMAHintsError.Code.usage.exitStatus ? .usage : .state
            return NUMAHintsError(
                codes.first { $0.description == code } ?? other, detail, file: file == "body" ? body : file, line: line)
        }
    }
}
