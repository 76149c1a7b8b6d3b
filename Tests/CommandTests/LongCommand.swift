// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A `numa-hints` that runs until it is told to end, and is read line by line meanwhile.
final class LongCommand {
    private let process = Process()
    private let output = Pipe()
    private let errorFile: URL

    /// - Parameter folder: for what it says on standard error.
    init(_ arguments: [String], in folder: PrivateFolder) throws {
        errorFile = folder.url.appendingPathComponent("errors")
        try Data().write(to: errorFile)
        process.executableURL = TestEnvironment.built.appendingPathComponent("numa-hints")
        process.arguments = arguments
        process.currentDirectoryURL = TestEnvironment.root
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    func line() throws -> String {
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) { line += byte }
        return String(decoding: line, as: UTF8.self)
    }

    /// What was printed after the last line that was read; to be called when it has ended.
    func rest() throws -> String {
        String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    func errors() throws -> String { try String(contentsOf: errorFile, encoding: .utf8) }

    /// Waits until it has complained of so many things; for half a minute, after which the test fails by itself.
    func awaitErrors(_ count: Int) throws {
        var tries = 3000
        while tries > 0, try errors().split(separator: "\n").count < count {
            usleep(10_000)
            tries -= 1
        }
    }

    func end(by signal: Int32) throws -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -signal
    }
}
