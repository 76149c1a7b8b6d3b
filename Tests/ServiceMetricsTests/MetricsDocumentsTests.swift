// SPDX-License-Identifier: Apache-2.0

import Foundation
import Service
import TestSupport
import Testing

@Suite("What is written about metrics")
struct MetricsDocumentsTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: TestEnvironment.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// A row of a table of docs/metrics.md.
    private struct Row {
        var name: String
        var kind: String
        var labels: [String]
    }

    /// The rows whose first cell is a name.
    private static func rows() throws -> [Row] {
        try text("docs/metrics.md").split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            func bare(_ text: String) -> String { text.replacingOccurrences(of: "`", with: "") }
            return Row(
                name: bare(cells[0]), kind: cells[1],
                labels: cells[2] == "-" ? [] : bare(cells[2]).components(separatedBy: ", "))
        }
    }

    @Test("each family is on the page, with its type and labels, and no other")
    func page() throws {
        let rows = try Self.rows()
        #expect(rows.map(\.name).sorted() == Metric.allCases.map(\.rawValue).sorted())
        for row in rows {
            let metric = try #require(Metric(rawValue: row.name))
            #expect(row.kind == metric.kind.rawValue && row.labels == metric.labels, "\(row.name)")
        }
    }

    /// The names of metrics in a query, as they stand there.
    private static func names(in query: String) -> [String] {
        query.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }.map(String.init).filter { word in
            ["numa_hints_", "kubelet_", "process_"].contains { word.hasPrefix($0) }
        }
    }

    /// What a query may name of what is declared.
    private static let series: Set<String> = Set(
        Metric.allCases.flatMap { metric in
            metric.kind == .histogram
                ? ["_bucket", "_sum", "_count"].map { metric.rawValue + $0 } : [metric.rawValue]
        })

    @Test("the dashboard asks for what there is, with the labels that it has")
    func dashboard() throws {
        let text = try Self.text("Examples/grafana/numa-hints.json")
        let board = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let panels = try #require(board["panels"] as? [[String: Any]])
        let targets = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }
        let queries = targets.compactMap { $0["expr"] as? String }
        #expect(queries.count == targets.count && queries.count > 20)
        for query in queries {
            let names = Self.names(in: query)
            #expect(!names.isEmpty && names.allSatisfy(Self.series.contains), "\(query)")
        }
        for target in targets {
            let query = try #require(target["expr"] as? String)
            let metrics = Self.names(in: query).compactMap { name in
                Metric.allCases.first {
                    name == $0.rawValue || $0.kind == .histogram && name.hasPrefix($0.rawValue + "_")
                }
            }
            let known = metrics.flatMap(\.labels) + ["instance"]
            for part in (target["legendFormat"] as? String ?? "").components(separatedBy: "{{").dropFirst() {
                let label = String(part.prefix { $0 != "}" })
                #expect(known.contains(label), "\(label) of \(query)")
            }
        }
        let ids = panels.compactMap { $0["id"] as? Int }
        #expect(Set(ids).count == panels.count)
    }

    @Test("every family of ours that is a sign of something is on the dashboard")
    func dashboardIsWhole() throws {
        let text = try Self.text("Examples/grafana/numa-hints.json")
        // Said in another way there: by outcome, by node, by reason, or by an alert.
        let left: Set<Metric> = [
            .exclusiveCPUs, .sharedMillicores, .admissionErrors, .admissionRequests, .lookFailures, .lookSeconds,
        ]
        for metric in Metric.allCases { #expect(text.contains(metric.rawValue) != left.contains(metric), "\(metric)") }
    }

    @Test("alerts ask for what there is")
    func alerts() throws {
        let lines = try Self.text("Examples/prometheus/alerts.yml").split(separator: "\n").map(String.init)
        let names = lines.filter { !$0.contains("name:") && !$0.contains("summary:") }.flatMap(Self.names)
        #expect(names.count > 8 && names.allSatisfy(Self.series.contains))
    }
}
