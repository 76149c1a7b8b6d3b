// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A shared library that a test compiled from C, in a folder of its own that goes with it.
public final class CompiledLibrary: Sendable {
    public let folder: URL
    public let url: URL

    /// - Parameters:
    ///   - source: a file of C.
    ///   - definitions: macros, as `NAME=VALUE`.
    public init(_ name: String = "libfixture.so", compiling source: URL, definitions: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("library-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        url = folder.appendingPathComponent(name)
        let include = TestEnvironment.root.appendingPathComponent("Sources/CNUMAHintsProvider/include").path
        let flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden"]
        let result = try run(
            "cc", flags + ["-I\(include)", "-o", url.path, source.path] + definitions.map { "-D\($0)" })
        guard result.status == 0 else { throw CompilationFailure(text: result.all) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
    }

    /// Compiles a text of C.
    public convenience init(_ name: String = "libfixture.so", text: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).c")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try self.init(name, compiling: file)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}

/// What a compiler said of a text that it did not take.
public struct CompilationFailure: Error, CustomStringConvertible {
    public let text: String

    public init(text: String) { self.text = text }

    public var description: String { text }
}
