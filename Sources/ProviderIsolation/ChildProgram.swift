// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc
public import NUMACore
import ProviderHost

/// Where the program is that runs a provider apart from its host.
public enum ChildProgram {
    static let name = "numa-hints-provider"

    /// The program of the folder, if one is given; else beside the running program, or in `../libexec/numa-hints`.
    ///
    /// Like a library, only root and the user of this process may have been able to change it.
    ///
    /// - Parameters:
    ///   - folder: the value of NUMA_HINTS_LIBEXEC. Ignored when the process has more rights than its user.
    ///   - home: the folder that is meant instead of that of the running program.
    public static func find(folder: String?, home: String? = nil) throws(NUMAHintsError) -> String {
        let folders: [String]
        if let folder, !folder.isEmpty, !shim_has_raised_privileges() {
            folders = [folder]
        } else if let home {
            folders = [home, "\(home)/../libexec/numa-hints"]
        } else {
            guard let path = unsafe realpath("/proc/self/exe", nil) else {
                throw NUMAHintsError(
                    .provider, "cannot be read: \(IsolatedProcess.text(errno))", file: "/proc/self/exe")
            }
            defer { unsafe free(path) }
            let program = unsafe String(cString: path)
            let own = program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "/"
            folders = [own, "\(own)/../libexec/numa-hints"]
        }
        for folder in folders where unsafe access("\(folder)/\(name)", X_OK) == 0 {
            return try TrustedFile(checking: "\(folder)/\(name)").path
        }
        throw NUMAHintsError(
            .provider,
            "isolation: process needs the program \(name), which is not in \(folders.joined(separator: " nor in ")); "
                + "install it there, or name its folder in NUMA_HINTS_LIBEXEC")
    }
}
