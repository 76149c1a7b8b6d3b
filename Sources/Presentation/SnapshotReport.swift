// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What a snapshot has, and what it should have and has not: what `snapshot` prints.
public struct SnapshotReport: Encodable, Sendable {
    /// Something that could not be taken.
    public struct Gap: Encodable, Sendable {
        var path: String
        var reason: String

        public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
    }

    /// A kubelet's folder, and which of its files.
    public struct Kubelet: Encodable, Sendable {
        var folder: String
        var files: [String]

        public init(folder: String, files: [String]) { (self.folder, self.files) = (folder, files) }
    }

    var file: String
    var bytes: Int
    var machine: String
    /// Files, links and names.
    var machineEntries: Int
    var kubelet: Kubelet?
    var ledger: String?
    var leftOut: [Gap]

    public init(
        file: String, bytes: Int, machine: String, machineEntries: Int, kubelet: Kubelet?, ledger: String?,
        leftOut: [Gap]
    ) {
        (self.file, self.bytes, self.machine, self.machineEntries) = (file, bytes, machine, machineEntries)
        (self.kubelet, self.ledger, self.leftOut) = (kubelet, ledger, leftOut)
    }

    /// One line for what there is, and one for each thing that was left out, at most eight.
    public var text: String {
        var parts = ["machine \(machine) (\(machineEntries) entries)"]
        if let kubelet { parts.append("kubelet \(kubelet.folder) (\(kubelet.files.joined(separator: ", ")))") }
        if let ledger { parts.append("ledger \(ledger)") }
        var lines = ["\(file), \(BinaryQuantity.rounded(UInt64(clamping: bytes))): \(parts.joined(separator: ", "))"]
        lines += leftOut.prefix(8).map { "  left out: \($0.path): \($0.reason)" }
        if leftOut.count > 8 { lines.append("  and \(leftOut.count - 8) more; -o json names all") }
        return lines.map { $0 + "\n" }.joined()
    }
}
