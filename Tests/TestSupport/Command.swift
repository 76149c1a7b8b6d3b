// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A program that was run, and what it said.
public struct CommandResult: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String
    /// Everything that was said, for the message of a failed test.
    public var all: String { "status \(status)\n\(output)\(errors)" }
}

/// Runs a program to its end.
///
/// - Parameters:
///   - input: is written to its standard input, which is then closed.
///   - environment: is added to that of the tests.
public func run(
    _ program: String, _ arguments: [String], input: Data = Data(), environment: [String: String] = [:],
    in folder: URL? = nil
) throws -> CommandResult {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    // Files instead of pipes: a program that says much cannot block, and no thread is needed.
    func file(_ name: String) -> URL { scratch.appendingPathComponent(name) }
    for name in ["out", "err"] { try Data().write(to: file(name)) }
    try input.write(to: file("in"))
    var command = program.hasPrefix("/") ? [program] + arguments : ["/usr/bin/env", program] + arguments
    let home = (folder ?? TestEnvironment.root).path
    if home != FileManager.default.currentDirectoryPath { command = ["/usr/bin/env", "-C", home] + command }
    let status = try Child.status(
        command, environment: TestEnvironment.inherited.merging(environment) { $1 },
        streams: ["in", "out", "err"].map { file($0).path })
    return CommandResult(
        status: status,
        output: String(decoding: try Data(contentsOf: file("out")), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: file("err")), as: UTF8.self))
}

/// Runs the `numa-hints` that was built beside the tests.
public func numaHints(_ arguments: String..., input: Data = Data(), environment: [String: String] = [:])
    throws
    -> CommandResult
{
    try numaHints(arguments, input: input, environment: environment)
}

/// The same, of a list.
public func numaHints(_ arguments: [String], input: Data = Data(), environment: [String: String] = [:])
    throws
    -> CommandResult
{
    try run(
        TestEnvironment.built.appendingPathComponent("numa-hints").path, arguments, input: input,
        environment: environment)
}
