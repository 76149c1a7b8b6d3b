// SPDX-License-Identifier: Apache-2.0

/// Measurements in the text format of Prometheus, version 0.0.4. Equal measurements give equal bytes.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
package enum ExpositionText {
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// The families that have a series, in ascending order of name, each with its series in ascending order of labels.
    package static func of(_ measurements: Measurements) -> String {
        var lines: [Metric: [(labels: [String], lines: [String])]] = [:]
        for (series, value) in measurements.values {
            let line = sample(series.metric.rawValue, pairs(series), number(value))
            lines[series.metric, default: []].append((series.labels, [line]))
        }
        for (series, distribution) in measurements.distributions {
            lines[series.metric, default: []].append((series.labels, self.lines(of: distribution, series)))
        }
        var text = ""
        for metric in Metric.allCases.sorted(by: { $0.rawValue.isBefore($1.rawValue) }) {
            guard let all = lines[metric] else { continue }
            text += "# HELP \(metric.rawValue) \(escaped(metric.help, quotes: false))\n"
            text += "# TYPE \(metric.rawValue) \(metric.kind.rawValue)\n"
            let sorted = all.sorted { $0.labels.lexicographicallyPrecedes($1.labels) { $0.isBefore($1) } }
            for line in sorted.flatMap(\.lines) { text += line + "\n" }
        }
        return text
    }

    private static func lines(of distribution: Distribution, _ series: Measurements.Series) -> [String] {
        let (name, own, cumulative) = (series.metric.rawValue, pairs(series), distribution.cumulative)
        let bounds = distribution.bounds.map(number) + ["+Inf"]
        let buckets = zip(bounds, cumulative).map { bound, count in
            sample(name + "_bucket", own + ["le=\"\(bound)\""], "\(count)")
        }
        return buckets + [
            sample(name + "_sum", own, number(distribution.sum)),
            sample(name + "_count", own, "\(cumulative.last ?? 0)"),
        ]
    }

    private static func sample(_ name: String, _ labels: [String], _ value: String) -> String {
        name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " " + value
    }

    private static func pairs(_ series: Measurements.Series) -> [String] {
        zip(series.metric.labels, series.labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }
}

extension String {
    /// By their bytes, whatever the language.
    fileprivate func isBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
