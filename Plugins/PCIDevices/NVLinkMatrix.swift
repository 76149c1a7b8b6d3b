// SPDX-License-Identifier: Apache-2.0

public import ProviderKit

/// Which GPUs are joined by NVLink, as `nvidia-smi topo -m` prints it.
///
/// The GPUs are numbered in the order of their PCI addresses.
/// Source: https://docs.nvidia.com/deploy/nvidia-smi/ (topo).
public struct NVLinkMatrix: Hashable, Sendable {
    /// How many GPUs there are.
    public let count: Int
    /// The GPUs that NVLinks join, directly or by way of others; ascending, each of two or more.
    public let groups: [[Int]]

    /// Reads the output of `nvidia-smi topo -m`, with or without its underlining.
    ///
    /// - Parameter file: for messages.
    public init(_ text: String, file: String) throws(ProviderError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.plain($0) }
        guard let header = lines.firstIndex(where: { Self.cells($0).first == "GPU0" }) else {
            throw .setting("\(file): no line begins with the column GPU0: not the output of nvidia-smi topo -m")
        }
        let columns = Self.cells(lines[header]).prefix { $0.hasPrefix("GPU") || $0.hasPrefix("NIC") }
            .filter { Int($0.dropFirst(3)) != nil }
        let gpus = columns.filter { $0.hasPrefix("GPU") }.count
        guard columns.prefix(gpus).elementsEqual((0..<gpus).map { "GPU\($0)" }) else {
            throw .setting("\(file):\(header + 1): the columns must be GPU0, GPU1 and so on, then the NICs")
        }
        var joined = Array(0..<gpus)
        for gpu in 0..<gpus {
            let number = header + 1 + gpu
            let cells = number < lines.count ? Self.cells(lines[number]) : []
            guard cells.first == "GPU\(gpu)" else {
                throw .setting("\(file):\(number + 1): the row of GPU\(gpu) must stand here")
            }
            for (other, column) in columns.enumerated() {
                let cell = other + 1 < cells.count ? cells[other + 1] : ""
                guard Self.isConnection(cell) else {
                    throw .setting(
                        "\(file):\(number + 1): \(column) must be X, PIX, PXB, PHB, NODE, SYS or NV with a number, "
                            + "found \"\(cell)\"")
                }
                guard other < gpus, cell.hasPrefix("NV") else { continue }
                let (one, two) = (joined[gpu], joined[other])
                for place in joined.indices where joined[place] == max(one, two) { joined[place] = min(one, two) }
            }
        }
        count = gpus
        groups = (0..<gpus).map { first in joined.indices.filter { joined[$0] == first } }.filter { $0.count > 1 }
    }

    private static func isConnection(_ cell: String) -> Bool {
        if ["X", "PIX", "PXB", "PHB", "NODE", "SYS"].contains(cell) { return true }
        return cell.hasPrefix("NV") && UInt(cell.dropFirst(2)).map { $0 > 0 } ?? false
    }

    /// Cells stand between tabs, or, where a copy has lost them, between blanks.
    private static func cells(_ line: String) -> [String] {
        let cells =
            line.contains("\t")
            ? line.split(separator: "\t", omittingEmptySubsequences: false) : line.split(separator: " ")
        let trimmed = cells.map { String($0.split(separator: " ").joined(separator: " ")) }
        return trimmed.first == "" ? Array(trimmed.dropFirst()) : trimmed
    }

    /// Without terminal escapes (ESC, `[`, numbers, a letter) and carriage returns.
    private static func plain(_ line: Substring) -> String {
        var text = ""
        var isEscape = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1b}" {
                isEscape = true
            } else if isEscape {
                isEscape = !scalar.properties.isAlphabetic
            } else if scalar != "\r" {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
