// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The headers as they are, as an earlier minor version could have had them, and as a later one could.
enum HeaderVersion: String, CaseIterable {
    case older, current, future

    static let files = ["numa_hints_provider.h", "numa_hints_extensions.h"]

    /// Members at the end of records that the older version does not know.
    private static let dropped = [
        "  const char *NH_NULLABLE taken_from;", "  const char *NH_NULLABLE kind;", "  nh_bitset local_cpus;",
        "  NH_LIST(nh_pci) pci;", "  size_t pci_count;",
    ]

    /// Writes both headers into a folder of the workshop; returns its path.
    func write(in workshop: Workshop) throws -> String {
        for file in Self.files {
            let text = try String(contentsOf: Workshop.headers.appendingPathComponent(file), encoding: .utf8)
            try workshop.write(changed(text), to: "\(rawValue)/\(file)")
        }
        return workshop.path(rawValue)
    }

    private func changed(_ text: String) -> String {
        switch self {
        case .current: text
        case .older: Self.older(text)
        case .future: Self.future(text)
        }
    }

    private static func older(_ text: String) -> String {
        let lines = text.components(separatedBy: "\n").filter { line in
            !dropped.contains { line.hasPrefix($0) }
        }
        return lines.joined(separator: "\n")
            .replacingOccurrences(of: "nh_assignment_1_0", with: "nh_assignment_0_9")
            .replacingOccurrences(of: "nh_node_1_0", with: "nh_node_0_9")
            .replacingOccurrences(of: "nh_machine_1_0", with: "nh_machine_0_9")
    }

    /// Each record and table is longer by two members, and has a tag that says so.
    private static func future(_ text: String) -> String {
        var lines: [String] = []
        var isRecord = false
        for line in text.components(separatedBy: "\n") {
            if line == "  size_t struct_size;" { isRecord = true }
            if isRecord, line.hasPrefix("}") {
                lines += ["  uint64_t added_amount;", "  const char *NH_NULLABLE added_text;"]
                isRecord = false
            }
            lines.append(line)
        }
        var changed = lines.joined(separator: "\n")
            .replacingOccurrences(of: "define NH_ABI_MINOR 0u", with: "define NH_ABI_MINOR 1u")
        let values = ["bitset", "resource", "share", "pair", "pool"]
        changed = changed.replacingOccurrences(of: "_1_0", with: "_1_1")
        for value in values {
            changed = changed.replacingOccurrences(of: "nh_\(value)_1_1", with: "nh_\(value)_1_0")
        }
        return changed
    }
}
