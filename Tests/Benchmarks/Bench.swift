// SPDX-License-Identifier: Apache-2.0

/// One line of the table: what was measured, how long it took, and against what.
struct BenchRow {
    var name: String
    /// Nil if it could not be measured.
    var time: Duration?
    /// What the time is compared with, in words, or why there is nothing to compare with.
    var comparison: String
    var note: String = ""
}

/// A group of measurements with a headline.
struct BenchGroup {
    var title: String
    var rows: () throws -> [BenchRow]
}

enum Bench {
    /// The median time of one call, over several runs of as many calls as fill a few milliseconds; caches are warm.
    static func median(runs: Int = 9, _ body: () -> Void) -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        repeat { body() } while start.duration(to: clock.now) < .milliseconds(50)
        let once = clock.measure(body)
        let calls = max(1, min(10_000, Int(Duration.milliseconds(5) / once)))
        let times = (0..<runs).map { _ in
            clock.measure { for _ in 0..<calls { body() } } / calls
        }
        return times.sorted()[runs / 2]
    }

    /// The time of a single call, for what takes long.
    static func once(_ body: () -> Void) -> Duration { ContinuousClock().measure(body) }

    static func text(_ time: Duration) -> String {
        let micros = time / .microseconds(1)
        if micros < 1000 { return "\(rounded(micros)) us" }
        return micros < 1_000_000 ? "\(rounded(micros / 1000)) ms" : "\(rounded(micros / 1_000_000)) s"
    }

    /// With one digit after the point.
    static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    static func print(_ groups: [BenchGroup]) throws {
        for group in groups {
            Swift.print("\n\(group.title)")
            for row in try group.rows() {
                let cells = [
                    padded(row.name, 44), padded(row.time.map(text) ?? "skipped", 12), padded(row.comparison, 40),
                    row.note,
                ]
                Swift.print("  " + cells.joined(separator: " "))
            }
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
