// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A folder with programs in C that load the library that was built beside the tests, as an installed one.
struct ClientFolder {
    private let folder: PrivateFolder

    init() throws {
        folder = try PrivateFolder()
        let library = TestEnvironment.built.appendingPathComponent("libnumahints.so")
        for name in ["libnumahints.so", "libnumahints.so.1"] {
            try FileManager.default.createSymbolicLink(
                at: folder.url.appendingPathComponent(name), withDestinationURL: library)
        }
        for group in ["", "web"] {
            let place = folder.url.appendingPathComponent("cgroup/\(group)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let (cpus, nodes) = group.isEmpty ? ("0-143", "0-1") : ("0-3", "0")
            let files = [
                "cgroup.controllers": "cpuset cpu\n", "cpuset.cpus": "", "cpuset.mems": "",
                "cpuset.cpus.effective": cpus, "cpuset.mems.effective": nodes,
            ]
            for (name, text) in files {
                try text.write(to: place.appendingPathComponent(name), atomically: false, encoding: .utf8)
            }
        }
    }

    func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    /// Where the headers for those who embed the library are.
    static let headers = TestEnvironment.root.appendingPathComponent("Sources/CNUMAHints/include").path

    /// Compiles a file of C.
    func compile(_ source: URL, _ name: String, _ options: [String] = []) throws -> String {
        let flags = ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-pthread", "-g", "-I", Self.headers]
        let result = try run(
            "cc",
            flags + options
                + [
                    "-o", path(name), source.path, "-L", folder.url.path, "-lnumahints",
                    "-Wl,-rpath,\(folder.url.path)",
                ])
        guard result.status == 0 else { throw CompilationFailure(text: result.all) }
        return path(name)
    }

    /// Whether the compiler has these sanitizers, and they run here.
    func has(_ options: [String]) throws -> Bool {
        try "int main(void) { return 0; }\n".write(toFile: path("empty.c"), atomically: true, encoding: .utf8)
        let empty = try run("cc", options + ["-o", path("empty"), path("empty.c")])
        return try empty.status == 0 && run(path("empty"), []).status == 0
    }

    /// Runs a client on a machine and a new ledger.
    func start(_ program: String, environment: [String: String] = [:]) throws -> CommandResult {
        let ledger = path("\(UUID().uuidString).db")
        return try run(program, ["sim:gb200", ledger, path("cgroup")], environment: environment)
    }
}
