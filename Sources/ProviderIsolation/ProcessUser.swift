// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// The account that a provider's process takes on.
enum ProcessUser {
    /// What an entry of the accounts takes at most.
    private static let entryLimit = 1 << 14

    /// Fails if this process cannot start one of that account.
    ///
    /// - Parameter file: the provider's library.
    static func check(_ name: String, file: String) throws(NUMAHintsError) {
        guard let id = try number(of: name, file: file) else {
            throw NUMAHintsError(
                .provider, "its process is to run as the user \"\(name)\", an account that is not known here",
                file: file)
        }
        guard geteuid() == 0 || geteuid() == id else {
            throw NUMAHintsError(
                .provider,
                "its process is to run as the user \"\(name)\", which only root can have; this process is of the user "
                    + "\(geteuid())", file: file)
        }
    }

    private static func number(of name: String, file: String) throws(NUMAHintsError) -> uid_t? {
        var account = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var text = [CChar](repeating: 0, count: entryLimit)
        let error = unsafe getpwnam_r(name, &account, &text, text.count, &found)
        guard error == 0 || error == ENOENT else {
            throw NUMAHintsError(
                .provider, "the user \"\(name)\" cannot be looked up: \(IsolatedProcess.text(error))", file: file)
        }
        return unsafe found.map { unsafe $0.pointee.pw_uid }
    }
}
