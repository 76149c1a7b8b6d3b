// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A folder of its own for what one test compiles; gone with it.
final class Workshop {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("abi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static let headers = TestEnvironment.root.appendingPathComponent("Sources/CNUMAHintsProvider/include")
    static let widget = TestEnvironment.root.appendingPathComponent("Examples/widget-c/widget.c")
    static let map = TestEnvironment.root.appendingPathComponent("Examples/widget-c/widget.map")
    static let driver = TestEnvironment.root.appendingPathComponent("Tests/ABI/driver.c")

    static let strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]

    /// Whether a compiler is installed.
    static func has(_ compiler: String) -> Bool {
        (try? run(compiler, ["--version"]).status) == 0
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Builds the widget against the headers in a folder; returns its path.
    func widget(
        _ name: String, headers: String, compiler: String = "cc", options: [String] = [],
        source: String? = nil
    ) throws -> String {
        let made = path("lib\(name).so")
        try compile(
            compiler,
            [
                "-std=c11", "-shared", "-fPIC", "-Wl,--version-script=\(Self.map.path)", "-o", made,
                source ?? Self.widget.path,
            ] + options,
            headers: headers)
        return made
    }

    /// Builds the small host against the headers in a folder; returns its path.
    func driver(_ name: String, headers: String, options: [String] = []) throws -> String {
        let made = path(name)
        try compile("cc", ["-std=c11", "-o", made, Self.driver.path, "-ldl"] + options, headers: headers)
        return made
    }

    private func compile(_ compiler: String, _ arguments: [String], headers: String) throws {
        let result = try run(compiler, Self.strict + ["-I\(headers)"] + arguments)
        guard result.status == 0 else { throw CompileFailure(text: result.all) }
    }
}

/// What a compiler said.
struct CompileFailure: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}
