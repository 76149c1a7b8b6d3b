// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody may have meant who wrote an unknown word.
enum NearestWord {
    /// The first of the known words with the fewest edits, if these are few for the word's length.
    static func to(_ word: String, among known: [String]) -> String? {
        var best: (word: String, edits: Int)?
        for candidate in known {
            let edits = edits(from: word.lowercased(), to: candidate.lowercased())
            if edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        guard let best else { return nil }
        // Of three letters each may matter: gpu is not a misspelt cpu.
        let length = best.word.utf8.count
        return best.edits <= (length < 4 ? 0 : min(3, (length + 2) / 4)) ? best.word : nil
    }

    /// A clause for the end of a message: `, did you mean scope?`, or nothing.
    static func hint(_ word: String, among known: [String]) -> String {
        to(word, among: known).map { ", did you mean \($0)?" } ?? ""
    }

    /// How many bytes have to be inserted, removed or replaced (Levenshtein); long words count as far.
    private static func edits(from left: String, to right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count <= 64, right.count <= 64 else { return .max }
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
