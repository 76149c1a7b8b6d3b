// SPDX-License-Identifier: Apache-2.0

/// Reads a kubelet's log piece by piece, and hands out its decisions as they are complete.
///
/// Whatever the bytes are, no more than a line of ``longestLine`` bytes and the youngest decisions are kept.
public struct KubeletLogReader {
    /// What is longer is no line of a kubelet; its end is left out.
    public static let longestLine = 8 << 20

    /// How many lines were read, also those of others.
    public private(set) var lineCount = 0
    /// How many lines say something about decisions.
    public private(set) var relevantCount = 0
    private var grouper = DecisionGrouper()
    /// The beginning of a line whose end is not there yet.
    private var part: [UInt8] = []

    public init() {}

    /// Takes the next bytes.
    ///
    /// - Returns: the decisions that are complete, in order of their first lines.
    public mutating func take(_ bytes: [UInt8]) -> [LoggedDecision] {
        var found: [LoggedDecision] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            if part.isEmpty {
                found += read(bytes[start..<end])
            } else {
                keep(bytes[start..<end])
                let line = part
                part = []
                found += read(line[...])
            }
            start = end + 1
        }
        keep(bytes[start...])
        return found
    }

    /// Takes the end of the log.
    public mutating func finish() -> [LoggedDecision] {
        let line = part
        part = []
        return (line.isEmpty ? [] : read(line[...])) + grouper.finish()
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        part += bytes.prefix(max(0, Self.longestLine - part.count))
    }

    private mutating func read(_ line: ArraySlice<UInt8>) -> [LoggedDecision] {
        lineCount += 1
        guard Self.isRelevant(line) else { return [] }
        let bare = line.last == 0x0D ? line.dropLast() : line
        guard let record = LogRecord(bare), let event = LogEvent(record) else { return [] }
        relevantCount += 1
        grouper.note(record)
        return grouper.take(event, line: lineCount, weight: bare.count)
    }

    /// Whether the line may say something about decisions; most do not, and are not looked at closer.
    private static func isRelevant(_ line: ArraySlice<UInt8>) -> Bool {
        let bytes = line.span
        for place in bytes.indices {
            let isSuch =
                switch bytes[place] {
                case UInt8(ascii: "o"): has(topology, bytes, place)
                case UInt8(ascii: "N"): has(affinity, bytes, place)
                case UInt8(ascii: "V"): has(version, bytes, place)
                case UInt8(ascii: "K"): has(kubeletVersion, bytes, place)
                case UInt8(ascii: "E"): has(error, bytes, place)
                default: false
                }
            if isSuch { return true }
        }
        return false
    }

    private static func has(_ word: [UInt8], _ bytes: Span<UInt8>, _ place: Int) -> Bool {
        guard bytes.count - place >= word.count else { return false }
        for (offset, byte) in word.enumerated() where bytes[place + offset] != byte { return false }
        return true
    }

    private static let topology = Array("opology".utf8)
    private static let affinity = Array("NUMA affinit".utf8)
    private static let version = Array("Version: v".utf8)
    private static let kubeletVersion = Array("Kubelet version".utf8)
    private static let error = Array("Error".utf8)
}
