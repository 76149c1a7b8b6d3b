// SPDX-License-Identifier: Apache-2.0

/// A line of a kubelet's log: its message and what it says beside that.
struct LogRecord {
    /// How the line is written, which says something about the version.
    enum Form {
        /// Sentences: `[topologymanager] TopologyHints for pod 'a_b(c)', container 'd': map[]`.
        case sentence
        /// `"TopologyHints" hints={} pod="b/a" containerName="d"`.
        case pairs
        /// `{"ts":1.5,"msg":"TopologyHints","hints":{}}`.
        case json
    }

    var message: String
    var fields: [LooseValue.Member]
    var form: Form

    func field(_ name: String) -> LooseValue? { fields.first { $0.name == name }?.value }
    func text(_ name: String) -> String? { field(name)?.string }

    /// Whether only versions from 1.24 on write such a line: they name the pod that is asked about and the one whose
    /// hints were merged, and write values among pairs as JSON.
    var isLate: Bool {
        if form == .sentence { return false }
        if message == "Topology Admit Handler" { return field("podUID") != nil }
        if message.hasPrefix("ContainerTopologyHint") || message.hasPrefix("PodTopologyHint"), field("pod") != nil {
            return true
        }
        return form == .pairs && ["hints", "bestHint"].contains { field($0)?.isJSON == true }
    }

    /// Reads a line with or without what journald, a file or a container runtime puts before it.
    init?(_ line: ArraySlice<UInt8>) {
        if let rest = Self.afterHeader(line) {
            self.init(text: rest)
        } else if let brace = ByteScanner.place(of: Array("{\"".utf8), in: line), Self.isPrefix(line[..<brace]) {
            self.init(json: line[brace...])
        } else if let start = ByteScanner.place(of: Array("[topologymanager]".utf8), in: line) {
            self.init(text: ByteScanner(line[start...]))
        } else {
            return nil
        }
    }

    /// What may stand before a line in JSON has no quotes.
    private static func isPrefix(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count <= 512 && !bytes.contains(UInt8(ascii: "\""))
    }

    /// What stands behind klog's header, `I0131 09:15:04.123456    1234 file.go:75] `.
    private static func afterHeader(_ line: ArraySlice<UInt8>) -> ByteScanner? {
        var start = line.startIndex
        while let bracket = line[start...].firstIndex(of: UInt8(ascii: "]")) {
            var scanner = ByteScanner(line[line.index(after: bracket)...])
            if scanner.skip(" "), isHeader(line[..<bracket]) { return scanner }
            // A header ends early in the line.
            guard bracket - line.startIndex < 1024 else { return nil }
            start = line.index(after: bracket)
        }
        return nil
    }

    /// Whether it ends with `file.go:75`.
    private static func isHeader(_ bytes: ArraySlice<UInt8>) -> Bool {
        let number = bytes.reversed().prefix { $0.isDigit }
        guard !number.isEmpty else { return false }
        return bytes.dropLast(number.count).suffix(4).elementsEqual(Array(".go:".utf8))
    }

    private init?(text scanner: ByteScanner) {
        var scanner = scanner
        guard scanner.next == UInt8(ascii: "\"") else {
            guard let sentence = LogSentence.record(scanner) else { return nil }
            self = sentence
            return
        }
        guard case .text(let message)? = LooseReader.take(&scanner) else { return nil }
        self.init(message: message, fields: Self.pairs(&scanner), form: .pairs)
    }

    /// `name=value name="value"`, as far as it can be read.
    private static func pairs(_ scanner: inout ByteScanner) -> [LooseValue.Member] {
        var fields: [LooseValue.Member] = []
        while fields.count < 64 {
            scanner.skipBlanks()
            let name = scanner.take { $0 != UInt8(ascii: "=") && $0 != 0x20 }
            guard !name.isEmpty, scanner.skip("=") else { break }
            var attempt = scanner
            if let value = LooseReader.take(&attempt), attempt.isAtEnd || attempt.next == 0x20 {
                scanner = attempt
                fields.append(.init(name: name, isQuoted: false, value: value))
            } else {
                fields.append(.init(name: name, isQuoted: false, value: .word(scanner.take { $0 != 0x20 })))
            }
        }
        return fields
    }

    private init?(json bytes: ArraySlice<UInt8>) {
        var scanner = ByteScanner(bytes)
        guard case .members(let fields, _)? = LooseReader.take(&scanner),
            let message = fields.first(where: { $0.name == "msg" })?.value.string
        else { return nil }
        if let sentence = LogSentence.record(ByteScanner(message)) {
            self = sentence
        } else {
            self.init(message: message, fields: fields, form: .json)
        }
    }

    init(message: String, fields: [LooseValue.Member], form: Form) {
        self.message = message
        self.fields = fields
        self.form = form
    }
}
