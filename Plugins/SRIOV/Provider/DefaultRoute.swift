// SPDX-License-Identifier: Apache-2.0

import SystemFiles

/// The interfaces by which a machine reaches what it knows no better way to.
enum DefaultRoute {
    /// Those of the routes of IPv4 to 0.0.0.0/0, in the order of the routes.
    ///
    /// Source: proc(5), /proc/net/route.
    static func interfaces(_ files: SystemFiles) -> [String] {
        let lines = (files.text("/proc/net/route", limit: 1 << 20) ?? "").split(separator: "\n").dropFirst()
        return lines.compactMap { line in
            let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
            guard fields.count > 7, fields[1] == "00000000", fields[7] == "00000000" else { return nil }
            return String(fields[0])
        }
    }
}
