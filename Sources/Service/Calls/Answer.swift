// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import NUMAHints

/// What a call is answered.
struct Answer: Sendable {
    var status: HTTPResponseStatus = .ok
    var type: String
    var body: String
    var headers: [(String, String)] = []
    /// What it is about, for the log; nil where that is not known.
    var subject: String?

    init(_ body: String, status: HTTPResponseStatus = .ok, type: String = "text/plain; charset=utf-8") {
        self.status = status
        self.type = type
        self.body = body
    }

    init(_ problem: Problem) {
        self.init(problem.json, status: problem.status, type: "application/problem+json")
        headers = problem.headers + [(Self.exitStatus, "\(problem.exitStatus)")]
    }

    /// A report, with what a command would say and end with besides.
    init(_ report: some PrintedReport, as format: ReportFormat, width: Int) throws {
        self.init(try report.text(as: format, width: width), type: format.mediaType)
        headers = [(Self.exitStatus, "\(report.exitStatus)")]
        for line in report.warnings { headers.append((Self.warning, Self.plain(line))) }
    }

    static let exitStatus = "NUMA-Hints-Exit-Status"
    static let warning = "NUMA-Hints-Warning"

    /// Without line ends and with letters of ASCII alone, as headers have it, and a line of a log.
    static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { (" "..."~").contains($0) ? $0 : "?" }))
    }
}

extension ReportFormat {
    var mediaType: String {
        switch self {
        case .text: "text/plain; charset=utf-8"
        case .json: "application/json"
        case .yaml: "application/yaml"
        }
    }
}
