// SPDX-License-Identifier: Apache-2.0

import Service
import TestSupport
import Testing

@Suite("The text format of Prometheus")
struct ExpositionTextTests {
    /// Words as nobody should use them.
    private static let letters: [Unicode.Scalar] = [
        "a", "z", "\\", "\"", "\n", "{", "}", ",", "=", " ", "\r", "é", "\u{301}", "n",
    ]

    private static func word(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            text.append(letters.randomElement(using: &generator) ?? "a")
        }
        return String(text)
    }

    private static func number(_ generator: inout SeededGenerator) -> Double {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: 0
        case 1: .infinity
        case 2: Double(Int.random(in: -5...5, using: &generator))
        case 3: Double.random(in: 0...1e-9, using: &generator)
        case 4: Double.random(in: -1e300...1e300, using: &generator)
        default: Double.random(in: 0...100, using: &generator)
        }
    }

    /// What happened to measurements, to be done to them in any order.
    private struct Event {
        var metric: Metric
        var labels: [String]
        var value: Double
    }

    private static func events(_ generator: inout SeededGenerator) -> [Event] {
        (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            let metric = Metric.allCases.randomElement(using: &generator) ?? .pods
            return Event(
                metric: metric, labels: metric.labels.map { _ in word(&generator) },
                value: metric.kind == .histogram
                    ? Double(Int.random(in: 0...1000, using: &generator)) / 256 : number(&generator))
        }
    }

    private static func measurements(_ events: [Event]) -> Measurements {
        var measurements = Measurements()
        for event in events {
            if event.metric.kind == .histogram {
                measurements.see(event.value, in: event.metric, event.labels)
            } else {
                measurements.set(event.metric, event.labels, to: event.value)
            }
        }
        return measurements
    }

    @Test("Law: what is read back is what was measured", arguments: 0..<UInt64(TestEnvironment.cases(200)))
    func readBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let events = Self.events(&generator)
        let text = ExpositionText.of(Self.measurements(events))
        let parsed = try ParsedExposition(text)
        for event in events {
            let labels = zip(event.metric.labels, event.labels).map { ParsedExposition.Label(name: $0, value: $1) }
            let family = try #require(parsed.families.first { $0.name == event.metric.rawValue })
            #expect(family.kind == event.metric.kind.rawValue && family.help == event.metric.help)
            let same = events.filter { $0.metric == event.metric && $0.labels == event.labels }
            func value(_ suffix: String, _ extra: [ParsedExposition.Label] = []) -> Double? {
                family.samples.first { $0.name == family.name + suffix && $0.labels == labels + extra }?.value
            }
            guard event.metric.kind == .histogram else {
                #expect(value("") == same.last?.value)
                continue
            }
            #expect(value("_count") == Double(same.count))
            #expect(value("_sum") == same.reduce(0) { $0 + $1.value })
            #expect(value("_bucket", [.init(name: "le", value: "+Inf")]) == Double(same.count))
            for bound in event.metric.bounds {
                let text = bound == bound.rounded() ? "\(Int(bound))" : "\(bound)"
                let count = same.count { $0.value <= bound }
                #expect(value("_bucket", [.init(name: "le", value: text)]) == Double(count), "\(bound)")
            }
        }
        let series = Set(events.map { Measurements.Series($0.metric, $0.labels) })
        let lines = series.reduce(0) { $0 + ($1.metric.kind == .histogram ? $1.metric.bounds.count + 3 : 1) }
        #expect(parsed.families.flatMap(\.samples).count == lines)
    }

    @Test("Law: equal measurements give equal bytes, in order", arguments: 0..<UInt64(TestEnvironment.cases(100)))
    func order(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var events = Self.events(&generator)
        // A gauge keeps its last value: one a series.
        var seen: Set<Measurements.Series> = []
        events = events.filter { $0.metric.kind == .histogram || seen.insert(.init($0.metric, $0.labels)).inserted }
        let text = ExpositionText.of(Self.measurements(events))
        #expect(ExpositionText.of(Self.measurements(events.shuffled(using: &generator))) == text)
        let parsed = try ParsedExposition(text)
        let names = parsed.families.map(\.name)
        #expect(names == Set(names).sorted())
        for family in parsed.families where family.kind != "histogram" {
            let labels = family.samples.map { $0.labels.map { Array($0.value.utf8) } }
            #expect(
                zip(labels, labels.dropFirst()).allSatisfy {
                    $0.lexicographicallyPrecedes($1) { $0.lexicographicallyPrecedes($1) }
                })
        }
        for family in parsed.families where family.kind == "histogram" {
            let buckets = family.samples.filter { $0.name.hasSuffix("_bucket") }
            for (one, next) in zip(buckets, buckets.dropFirst()) where one.labels.dropLast() == next.labels.dropLast() {
                #expect(one.value <= next.value)
            }
        }
    }

    @Test("words of others do not make series without end")
    func manySeries() {
        var measurements = Measurements()
        for number in 0..<1000 {
            measurements.add(to: .refusals, ["kind", "\(number)"])
            measurements.see(1, in: .providerSeconds, ["hints", "\(number)"])
        }
        #expect(measurements.values.count < 300 && measurements.distributions.count < 300)
        #expect(measurements.values.values.reduce(0, +) == 1000)
        let others = Measurements.Series(.refusals, [Measurements.other, Measurements.other])
        #expect((measurements.values[others] ?? 0) > 700)
        #expect(measurements.distributions.values.reduce(0) { $0 + ($1.cumulative.last ?? 0) } == 1000)
    }

    @Test("names are those that Prometheus allows, in ascending order", arguments: Metric.allCases)
    func names(metric: Metric) {
        let letters = Set("abcdefghijklmnopqrstuvwxyz_")
        #expect(metric.rawValue.allSatisfy(letters.contains))
        #expect(metric.labels == metric.labels.sorted() && !metric.labels.contains("le"))
        #expect(metric.help.hasSuffix(".") && !metric.help.contains("\n"))
        #expect((metric.kind == .histogram) == !metric.bounds.isEmpty)
        #expect(metric.bounds == metric.bounds.sorted() && Set(metric.bounds).count == metric.bounds.count)
    }
}
