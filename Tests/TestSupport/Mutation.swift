// SPDX-License-Identifier: Apache-2.0

/// What can happen to a file on its way.
public enum Mutation {
    /// The bytes with a few of: bits flipped, bytes replaced, parts cut, doubled, moved or left out, words of the
    /// format, huge numbers, deep nesting and bytes that are no UTF-8 put in.
    ///
    /// - Parameter words: of the format.
    public static func damaged(
        _ bytes: [UInt8], words: [String], _ random: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            guard !bytes.isEmpty else { break }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let part = bytes[place..<min(bytes.count, place + Int.random(in: 1...200, using: &random))]
            let other = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.removeSubrange(..<place)
            case 4: bytes.removeSubrange(part.indices)
            case 5: bytes.insert(contentsOf: Array(part), at: other)
            case 6: bytes.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: place)
            case 7: bytes.insert(contentsOf: number(&random), at: place)
            case 8: bytes.insert(contentsOf: nesting(&random), at: place)
            default: bytes.insert(contentsOf: noUTF8.randomElement(using: &random) ?? [], at: place)
            }
        }
        return bytes
    }

    private static func number(_ random: inout SeededGenerator) -> [UInt8] {
        let digits = String(repeating: "9", count: Int.random(in: 1...400, using: &random))
        return Array(((["", "-", "0.", "1e"].randomElement(using: &random) ?? "") + digits).utf8)
    }

    private static func nesting(_ random: inout SeededGenerator) -> [UInt8] {
        let opening = ["[", "{", "{\"a\":", "map[a:", "[{"].randomElement(using: &random) ?? "["
        return Array(String(repeating: opening, count: Int.random(in: 1...3000, using: &random)).utf8)
    }

    private static let noUTF8: [[UInt8]] = [
        [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF8, 0x88], [0xFF, 0xFE], [0],
    ]
}
