// SPDX-License-Identifier: Apache-2.0

internal import CYaml
internal import NUMACore

/// What a YAML text says, one event after the other, as libyaml reads it.
///
/// Yams' tree is not used for files of strangers: it writes out aliases before their number and depth
/// can be bounded. This is the parser below Yams, which is part of its package.
///
/// Safe: the memory is its own, and libyaml sees it only through the calls here.
@safe final class YAMLEvents {
    enum Event {
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        /// `isPlain`: without quotes and without a tag.
        case scalar(String, isPlain: Bool, anchor: String?)
        case listStart(anchor: String?)
        case listEnd
        case mappingStart(anchor: String?)
        case mappingEnd
    }

    private let source: SourceText
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    /// Of one address for its whole life: libyaml keeps pointers into it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ source: SourceText) {
        self.source = source
        unsafe bytes = .allocate(capacity: max(1, source.text.utf8.count))
        let count = unsafe bytes.update(fromContentsOf: source.text.utf8)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe yaml_parser_initialize(parser)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe bytes.deallocate()
    }

    /// The next event and its line. Not to be called again after an error or the end.
    func next() throws -> (event: Event, line: Int) {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { unsafe yaml_event_delete(&event) }
            let line = unsafe Int(event.start_mark.line) + 1
            if let known = unsafe Self.event(event) { return (known, line) }
        }
    }

    /// Nil for what has no meaning here, such as the start of the stream.
    private static func event(_ event: yaml_event_t) -> Event? {
        switch unsafe event.type {
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: .streamEnd
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: unsafe .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: unsafe scalar(event)
        case YAML_SEQUENCE_START_EVENT: unsafe .listStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: .listEnd
        case YAML_MAPPING_START_EVENT: unsafe .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: nil
        }
    }

    private static func scalar(_ event: yaml_event_t) -> Event {
        let value = unsafe UnsafeBufferPointer(
            start: event.data.scalar.value, count: Int(event.data.scalar.length))
        let isPlain = unsafe event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
        let hasTag = unsafe event.data.scalar.tag != nil
        return .scalar(
            unsafe String(decoding: value, as: UTF8.self), isPlain: isPlain && !hasTag,
            anchor: unsafe text(event.data.scalar.anchor))
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    private func failure() -> NUMAHintsError {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "out of memory"
        var message = "not YAML: "
        if let context = unsafe parser.pointee.context {
            let line = unsafe Int(parser.pointee.context_mark.line) + 1
            message += unsafe String(cString: context) + " (line \(line)): "
        }
        let line =
            if unsafe parser.pointee.error == YAML_READER_ERROR {
                1 + source.text.utf8.prefix(unsafe parser.pointee.problem_offset).count { $0 == 0x0A }
            } else {
                unsafe Int(parser.pointee.problem_mark.line) + 1
            }
        // What libyaml says of its own limit names a function that nobody here can call.
        message = problem.hasPrefix("Maximum nesting") ? "nested far too deeply" : message + problem
        return NUMAHintsError(.input, message, file: source.file, line: line)
    }
}
