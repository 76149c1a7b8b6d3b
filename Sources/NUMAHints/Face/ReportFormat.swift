// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesFormats
package import NUMACore

/// The formats of what commands print, the same for all of them and for the service.
package enum ReportFormat: String, CaseIterable, Sendable {
    case text, json, yaml

    /// A report in this format; `plain` is asked only if it is text.
    package func text(of report: some Encodable, plain: () -> String) throws -> String {
        switch self {
        case .text: return plain()
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
        case .yaml: return try YAMLText.of(report)
        }
    }
}

/// What a call on a node came to, as a command prints it.
package protocol PrintedReport: Sendable {
    /// What should be known besides.
    var warnings: [String] { get }
    /// That of the command: 0 done or admitted, 1 refused, 3 a provider failed.
    var exitStatus: Int32 { get }

    /// - Parameter width: of a picture in text, in columns.
    func printed(as format: ReportFormat, width: Int) throws -> String
}

extension PrintedReport {
    package var exitStatus: Int32 { 0 }

    /// The same, with errors of one type.
    package func text(as format: ReportFormat, width: Int = 80) throws(NUMAHintsError) -> String {
        try ManagedNode.typed { try printed(as: format, width: width) }
    }
}
