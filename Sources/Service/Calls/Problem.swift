// SPDX-License-Identifier: Apache-2.0

import JSONWriting
import NIOHTTP1
import NUMACore

/// Why a call has no answer: problem details by RFC 9457, with what a command would end with.
struct Problem: Error {
    var status: HTTPResponseStatus
    var detail: String
    /// That of ``NUMAHintsError``, or a word for what the service itself refuses.
    var code: String
    var exitStatus: Int32
    var file: String?
    var line: Int?
    /// Headers that go with the status.
    var headers: [(String, String)] = []

    /// What the service itself refuses.
    init(_ status: HTTPResponseStatus, _ detail: String, code: String = "request") {
        self.status = status
        self.detail = detail
        self.code = code
        exitStatus = status.code < 500 ? NUMAHintsError.Code.usage.exitStatus : NUMAHintsError.Code.state.exitStatus
    }

    init(_ error: NUMAHintsError) {
        status = error.code.exitStatus == NUMAHintsError.Code.usage.exitStatus ? .badRequest : .internalServerError
        detail = error.message
        code = error.code.description
        exitStatus = error.code.exitStatus
        (file, line) = (error.file, error.line)
    }

    /// One that goes away by itself.
    static func busy(_ status: HTTPResponseStatus, _ detail: String) -> Problem {
        var problem = Problem(status, detail, code: "busy")
        problem.exitStatus = NUMAHintsError.Code.state.exitStatus
        problem.headers = [("Retry-After", "1")]
        return problem
    }

    /// The document, with the end of its line.
    var json: String {
        let document = Document(
            code: code, detail: detail, exitStatus: exitStatus, file: file, line: line, status: Int(status.code),
            title: status.reasonPhrase)
        return ((try? CompactJSON.text(of: document)) ?? "{}") + "\n"
    }

    private struct Document: Encodable {
        var code: String
        var detail: String
        var exitStatus: Int32
        var file: String?
        var line: Int?
        var status: Int
        var title: String
    }
}
