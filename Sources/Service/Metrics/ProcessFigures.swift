// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc

/// What the kernel says of this process; nil for what it does not say.
package struct ProcessFigures: Hashable, Sendable {
    package var cpuSeconds: Double?
    package var residentBytes: UInt64?
    /// Since 1970.
    package var startTime: Double?
    package var openFiles: Int?

    /// - Parameters:
    ///   - stat: of the process, as /proc/PID/stat has it: proc_pid_stat(5).
    ///   - systemStat: /proc/stat, which says when the machine started.
    ///   - ticks: how many a second has.
    package init(stat: String, systemStat: String, ticks: Double, pageSize: UInt64) {
        // The name of the program is in brackets, and may have any letter.
        guard let end = stat.lastIndex(of: ")"), ticks > 0 else { return }
        let fields = stat[end...].split(separator: " ").dropFirst().map(String.init)
        // The first of these is the third field of the file.
        func field(_ number: Int) -> UInt64? {
            fields.indices.contains(number - 3) ? UInt64(fields[number - 3]) : nil
        }
        if let user = field(14), let system = field(15) { cpuSeconds = (Double(user) + Double(system)) / ticks }
        residentBytes = field(24).flatMap { pages in
            let (bytes, isTooMuch) = pages.multipliedReportingOverflow(by: pageSize)
            return isTooMuch ? nil : bytes
        }
        let booted = systemStat.split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { UInt64($0.dropFirst("btime ".count)) }
        if let started = field(22), let booted { startTime = Double(booted) + Double(started) / ticks }
    }

    /// Those of this process now.
    static var current: ProcessFigures {
        func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        var figures = ProcessFigures(
            stat: text("/proc/self/stat"), systemStat: text("/proc/stat"), ticks: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: UInt64(max(0, sysconf(Int32(_SC_PAGESIZE)))))
        // The folder itself is open while it is read.
        figures.openFiles = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map {
            max(0, $0.count - 1)
        }
        return figures
    }
}
