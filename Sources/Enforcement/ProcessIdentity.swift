// SPDX-License-Identifier: Apache-2.0

/// A process that cannot be taken for a later one with the same number.
public struct ProcessIdentity: Hashable, Sendable, CustomStringConvertible {
    /// Of the kernel that it runs under: `/proc/sys/kernel/random/boot_id`.
    public var boot: String
    public var pid: Int32
    /// When it began, in ticks since the boot: field 22 of `/proc/PID/stat`, see proc(5).
    public var start: UInt64

    /// A process that runs now; nil for none of that number.
    ///
    /// - Parameter root: prefix of /proc.
    public init?(pid: Int32, root: String = "") {
        guard let boot = KernelFile.text(root + "/proc/sys/kernel/random/boot_id"),
            let stat = KernelFile.text(root + "/proc/\(pid)/stat"),
            // The name before it may have any character, so that the last bracket counts.
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let start = UInt64(fields[19]), fields[0] != "Z" else { return nil }
        self.boot = boot
        self.pid = pid
        self.start = start
    }

    /// What ``description`` says; nil for other text.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let pid = Int32(parts[1]), let start = UInt64(parts[2]), !parts[0].isEmpty else {
            return nil
        }
        boot = String(parts[0])
        self.pid = pid
        self.start = start
    }

    /// `BOOT.PID.START`.
    public var description: String { "\(boot).\(pid).\(start)" }

    /// Whether it runs still.
    public func isAlive(root: String = "") -> Bool { ProcessIdentity(pid: pid, root: root) == self }
}
