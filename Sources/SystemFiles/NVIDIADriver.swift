// SPDX-License-Identifier: Apache-2.0

/// What NVIDIA's driver says of one GPU below /proc/driver/nvidia.
///
/// Source: the README of NVIDIA's Linux driver, chapter "The /proc Interface".
public struct NVIDIADriver: Hashable, Sendable {
    /// `GPU-` and 32 hexadecimal digits with dashes; nil where the driver does not know it (yet).
    public var uuid: String?
    /// The number in the name of its device node.
    public var minor: Int?
    /// The driver was told to leave it alone.
    public var isExcluded: Bool

    /// Nil if the driver does not have the GPU.
    public init?(address: String, _ files: SystemFiles) {
        guard let text = files.text("/proc/driver/nvidia/gpus/\(address)/information") else { return nil }
        var members: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            members[String(line[..<colon])] = String(value)
        }
        uuid = members["GPU UUID"].flatMap { $0.hasPrefix("GPU-") && !$0.contains("?") ? $0 : nil }
        minor = members["Device Minor"].flatMap { Int($0) }
        isExcluded = members["GPU Excluded"]?.hasPrefix("Yes") ?? false
    }
}
