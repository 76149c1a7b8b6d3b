// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore
import ProviderHost

/// Whether a provider reads the files of the machine that it is shown, and no other's.
enum RootChecks {
    static let all: [Check] = [
        Check(
            "root-none", "Where there are no files (root is NULL) it reads nothing of /sys, /proc and /dev.",
            needs: Needs.pieces, isAlone: true
        ) { try reads($0, root: nil) },
        Check(
            "root-captured", "Of a captured machine it reads nothing of the running one's /sys, /proc and /dev.",
            needs: Needs.pieces + ["root-none"], isAlone: true
        ) { subject in
            let folder = try temporaryFolder()
            defer { _ = unsafe rmdir(folder) }
            try reads(subject, root: folder)
        },
    ]

    /// Makes calls of all kinds, and fails at the first path of the running system.
    private static func reads(_ subject: Subject, root: String?) throws {
        let environment = ProviderEnvironment(machine: subject.bench.standard.machine, root: root)
        let demands = try subject.demands()
        let watch = try PathWatch()
        func expectNothing(_ call: String) throws {
            let paths = watch.take()
            try subject.expect(
                paths.isEmpty, call,
                "looked at \(paths.first ?? ""), with \(root.map { "the root \($0)" } ?? "no root")")
        }
        // It may say that it cannot do without files.
        let instance = try? subject.make(in: environment)
        try expectNothing("create")
        guard let instance else { return }
        for demand in demands {
            let request = subject.request(demand.amount(1))
            _ = try? instance.hints(for: request)
            try expectNothing("hints")
            let transaction = subject.bench.transaction()
            _ = try? instance.prepare(transaction, request, Subject.placement(nil))
            try expectNothing("prepare")
            _ = try? instance.commit(transaction)
            try expectNothing("commit")
            _ = try? instance.release(transaction, Holder(podUID: request.pod.uid))
            try expectNothing("release")
        }
        _ = try? instance.stock()
        _ = try? instance.devices()
        try expectNothing("extension")
    }

    private static func temporaryFolder() throws -> String {
        var name = Array("/tmp/numa-hints-root-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else { throw NothingToCheck("no folder can be made in /tmp") }
        return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
