// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import NUMAHints

/// A call with what its head says.
struct Request: Sendable {
    var call: Call
    var format: ReportFormat
    /// Whether a stream of events is wanted as server-sent events.
    var sendsEvents: Bool
    /// How many changes are looked for.
    var changes = 3
    /// Of a picture, in columns.
    var width = 80

    /// - Throws: where path, method, a parameter or the type of the answer is not what it should be.
    init(_ head: HTTPRequestHead) throws(Problem) {
        guard head.version == .http1_0 || head.headers[canonicalForm: "host"].count == 1 else {
            throw Problem(.badRequest, "HTTP/1.1 wants one header Host")
        }
        let parts = Self.target(head.uri).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? ""
        call = try Call.named(head.method, path)
        guard call != .events || head.version == .http1_1 else {
            throw Problem(.httpVersionNotSupported, "\(path) needs HTTP/1.1")
        }
        // What has no weight is not accepted; other weights are passed over, and the first one counts.
        let accepted = head.headers[canonicalForm: "accept"].filter { !$0.hasNoWeight }.map {
            $0.prefix { $0 != ";" }.trimmingBlanks.lowercased()
        }
        sendsEvents = accepted.contains("text/event-stream")
        format = try Self.format(accepted, for: call)
        if parts.count > 1 { try read(query: parts[1]) }
    }

    /// Without scheme and host, which do not matter here.
    private static func target(_ uri: String) -> Substring {
        guard uri.lowercased().hasPrefix("http://") else { return uri[...] }
        let rest = uri.dropFirst(7)
        return rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }

    private static func format(_ accepted: [String], for call: Call) throws(Problem) -> ReportFormat {
        // These have one type each.
        guard call.method == .POST || call == .status, !accepted.isEmpty else { return .json }
        for type in accepted {
            switch type {
            case "application/json", "application/*", "*/*": return .json
            case "text/plain", "text/*": return .text
            case "application/yaml": return .yaml
            default: continue
            }
        }
        throw Problem(
            .notAcceptable,
            "expected Accept: application/json, application/yaml or text/plain, found "
                + accepted.joined(separator: ", "))
    }

    private mutating func read(query: Substring) throws(Problem) {
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(sides[0])
            guard call.parameters.contains(name) else {
                let known = call.parameters.sorted().joined(separator: ", ")
                throw Problem(
                    .badRequest, "\(call.path) has no parameter \(name)\(known.isEmpty ? "" : ": expected \(known)")")
            }
            let bounds = name == "changes" ? 0...100 : 20...1000
            guard sides.count == 2, let value = Int(sides[1]), bounds.contains(value) else {
                throw Problem(
                    .badRequest, "\(name) must be \(bounds.lowerBound) to \(bounds.upperBound), found \"\(pair)\"")
            }
            if name == "changes" { changes = value } else { width = value }
        }
    }
}

extension Substring {
    /// Whether it ends in `;q=0`.
    fileprivate var hasNoWeight: Bool {
        guard let weight = split(separator: ";").dropFirst().map(\.trimmingBlanks).first(where: { $0.hasPrefix("q=") })
        else { return false }
        return Double(weight.dropFirst(2)) == 0
    }

    fileprivate var trimmingBlanks: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
