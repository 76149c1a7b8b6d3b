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
        subject = "failed with \(problem.status.code), \(Self.plain(problem.detail).prefix(200))"
    }

    /// A report, with what a command would say and end with besides.
    init(_ report: some PrintedReport, as format: ReportFormat, width: Int) throws {
        self.init(try report.text(as: format, width: width), type: format.mediaType)
        headers = [(Self.exitStatus, "\(report.exitStatus)")]
        let warnings = report.warnings
        for line in warnings.prefix(Self.warningLimit) {
            headers.append((Self.warning, String(Self.plain(line).prefix(500))))
        }
        if warnings.count > Self.warningLimit {
            headers.append((Self.warning, "and \(warnings.count - Self.warningLimit) more, which the JSON has"))
        }
    }

    /// Clients do not take any number of headers.
    private static let warningLimit = 20

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
