// SPDX-License-Identifier: Apache-2.0

/// The values of all series.
package struct Measurements: Hashable, Sendable {
    /// One series of a family.
    package struct Series: Hashable, Sendable {
        package var metric: Metric
        /// The values of the labels, in the order of their names.
        package var labels: [String]

        package init(_ metric: Metric, _ labels: [String]) {
            self.metric = metric
            self.labels = labels
        }
    }

    /// What stands for the values of labels that are too many.
    package static let other = "other"
    /// Of a counter or histogram; words of providers are among the labels.
    private static let mostSeries = 256

    package private(set) var values: [Series: Double] = [:]
    package private(set) var distributions: [Series: Distribution] = [:]
    private var seriesCounts: [Metric: Int] = [:]

    package init() {}

    package mutating func add(_ amount: Double = 1, to metric: Metric, _ labels: [String] = []) {
        let series = taken(Series(metric, labels))
        values[series, default: 0] += amount
    }

    package mutating func see(_ value: Double, in metric: Metric, _ labels: [String] = []) {
        let series = taken(Series(metric, labels))
        distributions[series, default: Distribution(bounds: metric.bounds)].see(value)
    }

    package mutating func set(_ metric: Metric, _ labels: [String] = [], to value: Double) {
        values[Series(metric, labels)] = value
    }

    /// A histogram without labels that has seen nothing yet.
    package mutating func begin(_ metric: Metric) {
        distributions[Series(metric, [])] = Distribution(bounds: metric.bounds)
    }

    /// The series itself, or the one for all that are too many.
    private mutating func taken(_ series: Series) -> Series {
        guard values[series] == nil, distributions[series] == nil else { return series }
        guard seriesCounts[series.metric, default: 0] < Self.mostSeries else {
            return Series(series.metric, series.labels.map { _ in Self.other })
        }
        seriesCounts[series.metric, default: 0] += 1
        return series
    }
}
