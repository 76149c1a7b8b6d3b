// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// Looks through a text that a decoder has taken as JSON for what the decoder does not tell: names given
/// twice in an object, and numbers that are not whole.
struct JSONAudit {
    private struct Frame {
        var isObject: Bool
        var names: Set<ArraySlice<UInt8>> = []
    }

    /// The names of all objects, each as often as it is given.
    private(set) var nameCount = 0
    private let bytes: [UInt8]
    private let file: String
    private var place = 0
    private var line = 1
    private var frames: [Frame] = []
    private var expectsName = false

    init(_ source: SourceText) {
        bytes = Array(source.text.utf8)
        file = source.file
    }

    /// Whether a text that is no JSON ends inside an object, a list or a string. To be asked once, and alone.
    var isCutOff: Bool {
        mutating get {
            do throws(NUMAHintsError) {
                try run()
            } catch {
                return false
            }
            return !frames.isEmpty || place > bytes.count
        }
    }

    /// - Throws: a state error with the line.
    mutating func run() throws(NUMAHintsError) {
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\n"):
                line += 1
                place += 1
            case UInt8(ascii: "{"):
                open(isObject: true)
            case UInt8(ascii: "["):
                open(isObject: false)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = frames.popLast()
                expectsName = false
                place += 1
            case UInt8(ascii: ","):
                expectsName = frames.last?.isObject ?? false
                place += 1
            case UInt8(ascii: "\""):
                try name(string())
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                try number()
            default:
                place += 1
            }
        }
    }

    private mutating func open(isObject: Bool) {
        frames.append(Frame(isObject: isObject))
        expectsName = isObject
        place += 1
    }

    /// The bytes of a string as they are written, without the quotes.
    private mutating func string() -> ArraySlice<UInt8> {
        let start = place + 1
        place = start
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(place, bytes.count)
        place = end + 1
        return bytes[start..<end]
    }

    private mutating func name(_ text: ArraySlice<UInt8>) throws(NUMAHintsError) {
        guard expectsName, !frames.isEmpty else { return }
        expectsName = false
        nameCount += 1
        guard frames[frames.count - 1].names.insert(text).inserted else {
            throw failure("the name \"\(String(decoding: text, as: UTF8.self).clipped)\" is given twice")
        }
    }

    private mutating func number() throws(NUMAHintsError) {
        let rest = bytes[place...].prefix {
            switch $0 {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        place = rest.endIndex
        let text = String(decoding: rest, as: UTF8.self)
        guard UInt64(text) != nil || Int64(text) != nil else {
            throw failure(
                "the number \(text.clipped) is not a whole number from \(Int64.min) to \(UInt64.max)")
        }
    }

    private func failure(_ message: String) -> NUMAHintsError {
        NUMAHintsError(.state, message, file: file, line: line)
    }
}
