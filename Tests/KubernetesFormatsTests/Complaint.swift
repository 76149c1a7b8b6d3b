// SPDX-License-Identifier: Apache-2.0

import NUMACore
import Testing

/// What a parser says about a bad file: one line, or the note that it took it.
func complaint(_ parse: () throws -> some Any, at location: SourceLocation = #_sourceLocation) -> String {
    do {
        return "accepted: \(try parse())"
    } catch let error as NUMAHintsError {
        let isOneLine = !error.description.contains { $0.isNewline }
        #expect(isOneLine, sourceLocation: location)
        return "\(error)"
    } catch {
        return "not our error: \(error)"
    }
}

/// A bad file, and the line and the words with which it must be refused.
struct BadFile: Sendable, CustomTestStringConvertible {
    var text: String
    /// Nil if no line can be named.
    var line: Int?
    var words: [String]

    init(_ text: String, line: Int?, _ words: String...) {
        self.text = text
        self.line = line
        self.words = words
    }

    var testDescription: String { words.first ?? text }

    /// Refuses to be taken by a parser that is handed the text and the name of a file.
    func check(_ parse: (String, String) throws -> some Any, at location: SourceLocation = #_sourceLocation) {
        let said = complaint({ try parse(text, "bad.yaml") }, at: location)
        let place = "bad.yaml:" + (line.map { "\($0):" } ?? "") + " "
        #expect(said.hasPrefix(place), sourceLocation: location)
        for word in words { #expect(said.contains(word), "\(said)", sourceLocation: location) }
    }
}
