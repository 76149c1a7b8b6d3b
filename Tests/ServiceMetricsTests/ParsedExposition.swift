// SPDX-License-Identifier: Apache-2.0

/// The text format of Prometheus, read letter by letter.
struct ParsedExposition {
    struct Family {
        var name: String
        var help: String
        var kind: String
        /// In the order of the text.
        var samples: [Sample] = []
    }

    struct Sample: Hashable {
        var name: String
        var labels: [Label]
        var value: Double
    }

    struct Label: Hashable {
        var name: String
        var value: String
    }

    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    var families: [Family] = []

    init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Problem(description: "the last line has no end") }
        for line in text.unicodeScalars.split(separator: "\n").map({ String(String.UnicodeScalarView($0)) }) {
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            if line.hasPrefix("# HELP ") {
                families.append(Family(name: words[2], help: Self.unescaped(words[3]), kind: ""))
            } else if line.hasPrefix("# TYPE ") {
                guard families.last?.name == words[2] else { throw Problem(description: "no HELP before \(line)") }
                families[families.count - 1].kind = words[3]
            } else {
                guard !families.isEmpty else { throw Problem(description: "no family before \(line)") }
                families[families.count - 1].samples.append(try Self.sample(line))
            }
        }
    }

    /// The value of a series.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        families.flatMap(\.samples).first { sample in
            sample.name == name && sample.labels.count == labels.count
                && sample.labels.allSatisfy { labels[$0.name] == $0.value }
        }?.value
    }

    /// By scalars: a letter that is only an accent would else go with the quote before it.
    private static func sample(_ line: String) throws -> Sample {
        var rest = line.unicodeScalars[...]
        func take(while isPart: (Unicode.Scalar) -> Bool) -> String {
            let part = rest.prefix(while: isPart)
            rest = rest.dropFirst(part.count)
            return String(String.UnicodeScalarView(part))
        }
        let name = take { $0 != "{" && $0 != " " }
        var labels: [Label] = []
        if rest.first == "{" {
            while rest.first != "}" {
                // The bracket or comma before it, and the equals sign and quote after it.
                rest = rest.dropFirst()
                let label = take { $0 != "=" }
                rest = rest.dropFirst(2)
                var isEscaped = false
                let value = take { letter in
                    defer { isEscaped = letter == "\\" && !isEscaped }
                    return isEscaped || letter != "\""
                }
                guard rest.first == "\"" else { throw Problem(description: "no end of a label: \(line)") }
                rest = rest.dropFirst()
                labels.append(Label(name: label, value: unescaped(value)))
            }
            rest = rest.dropFirst()
        }
        guard rest.first == " " else { throw Problem(description: "no value: \(line)") }
        let text = String(String.UnicodeScalarView(rest.dropFirst()))
        let value: Double? = text == "+Inf" ? .infinity : text == "-Inf" ? -.infinity : Double(text)
        guard let value else { throw Problem(description: "no number: \(line)") }
        return Sample(name: name, labels: labels, value: value)
    }

    private static func unescaped(_ text: String) -> String {
        var (result, isEscaped) = (String.UnicodeScalarView(), false)
        for letter in text.unicodeScalars {
            if isEscaped {
                result.append(letter == "n" ? "\n" : letter)
                isEscaped = false
            } else if letter == "\\" {
                isEscaped = true
            } else {
                result.append(letter)
            }
        }
        return String(result)
    }
}
