// SPDX-License-Identifier: Apache-2.0

/// The names that a shared library exports, read from its file by the layout of 64-bit ELF.
///
/// Source: the System V ABI, chapter "Object Files".
struct ExportedSymbols {
    private(set) var names: [String] = []

    private static let dynamicSymbols: UInt64 = 11

    init(of path: String) throws {
        let bytes = try LibraryBytes(of: path).bytes
        guard bytes.count > 64, bytes[4] == 2 else { throw NothingToCheck("it is no 64-bit library") }
        func number(_ place: UInt64, _ size: UInt64) -> UInt64? {
            guard place < UInt64(bytes.count), size <= UInt64(bytes.count) - place else { return nil }
            return (0..<size).reduce(0) { $0 | UInt64(bytes[Int(place + $1)]) << ($1 * 8) }
        }
        func text(_ place: UInt64) -> String {
            guard place < UInt64(bytes.count) else { return "" }
            return String(decoding: bytes[Int(place)...].prefix { $0 != 0 }, as: UTF8.self)
        }
        let (table, count) = (number(40, 8) ?? 0, number(60, 2) ?? 0)
        guard table > 0, table < UInt64(LibraryBytes.largest) else {
            throw NothingToCheck("its file has no section headers")
        }
        func field(_ section: UInt64, _ offset: UInt64, _ size: UInt64) -> UInt64 {
            number(table + section * 64 + offset, size) ?? 0
        }
        for section in 0..<count where field(section, 4, 4) == Self.dynamicSymbols {
            let (place, size, strings) = (field(section, 24, 8), field(section, 32, 8), field(section, 40, 4))
            let stringPlace = field(strings, 24, 8)
            guard place < UInt64(bytes.count), size <= UInt64(bytes.count) - place else { continue }
            for symbol in stride(from: place, to: place + size / 24 * 24, by: 24) {
                // Global or weak, visible, and defined in a section.
                let (info, other) = (number(symbol + 4, 1) ?? 0, number(symbol + 5, 1) ?? 0)
                guard [1, 2].contains(info >> 4), other & 3 == 0 || other & 3 == 3, number(symbol + 6, 2) != 0 else {
                    continue
                }
                let name = text(stringPlace &+ (number(symbol, 4) ?? 0))
                // The version that a script names is a symbol without an address.
                if !name.isEmpty, number(symbol + 6, 2) != 0xFFF1 { names.append(name) }
            }
        }
        names.sort()
    }
}
