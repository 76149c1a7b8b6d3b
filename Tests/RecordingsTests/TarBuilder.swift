// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Makes tar files byte by byte, also those that no honest program makes.
struct TarBuilder {
    private(set) var data = Data()

    /// - Parameters:
    ///   - type: as in the header: `0` file, `1` hard link, `2` link, `3` and `4` devices, `5` folder, `6` pipe.
    ///   - size: what the header says; nil for the truth.
    mutating func add(
        _ path: String, type: Character = "0", link: String = "", content: Data = Data(), size: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int, _ limit: Int) {
            for (offset, byte) in text.utf8.prefix(limit).enumerated() { header[place + offset] = byte }
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(path, at: 0, 100)
        put(octal(0o644, 7), at: 100, 7)
        put(octal(0, 7), at: 108, 7)
        put(octal(0, 7), at: 116, 7)
        put(octal(size ?? content.count, 11), at: 124, 11)
        put(octal(0, 11), at: 136, 11)
        put(String(type), at: 156, 1)
        put(link, at: 157, 100)
        put("ustar\u{0}00", at: 257, 8)
        for place in 148..<156 { header[place] = 0x20 }
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148, 8)
        data.append(contentsOf: header)
        data.append(content)
        data.append(Data(repeating: 0, count: (512 - content.count % 512) % 512))
    }

    /// The whole file, with its end.
    var finished: Data { data + Data(repeating: 0, count: 1024) }
}
