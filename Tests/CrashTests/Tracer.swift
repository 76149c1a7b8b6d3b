// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A system call at which a command can be harmed.
struct CrashPoint: Sendable, CustomStringConvertible {
    var name: String
    /// Which call of this name it is, from 1, of all that the process makes.
    var number: Int
    /// The place of the call among all calls of the trace.
    var index: Int
    /// The name of the file that it is about, without its folder.
    var file: String
    /// An open for reading alone changes nothing.
    var isReading: Bool

    var description: String { "\(name) \(number) of \(file)" }
}

/// A run that strace(1) watched.
struct Trace: Sendable {
    var result: CommandResult
    var calls: [TracedCall]
    /// In which it ran.
    var folder: String

    /// The calls that open, write, sync, rename, truncate or unlink something in the folder, or make folders there:
    /// from the first to the end of the process. What is written to standard output and standard error is not there.
    func points() throws -> [CrashPoint] {
        var points: [CrashPoint] = []
        var numbers: [String: Int] = [:]
        for (index, call) in calls.enumerated() {
            guard call.thread == calls[0].thread else {
                guard touched(by: call) == nil else { throw Tracer.Failure("another thread calls \(call.name)") }
                continue
            }
            numbers[call.name, default: 0] += 1
            guard call.name != "io_uring_setup" else { throw Tracer.Failure("io_uring cannot be traced") }
            guard call.name != "mmap", let path = touched(by: call) else { continue }
            let isReading = call.name == "openat" && !["O_WRONLY", "O_RDWR", "O_CREAT"].contains(where: call.has)
            points.append(
                CrashPoint(
                    name: call.name, number: numbers[call.name] ?? 0, index: index,
                    file: path == folder ? "." : URL(fileURLWithPath: path).lastPathComponent, isReading: isReading))
        }
        return points
    }

    private func touched(by call: TracedCall) -> String? {
        call.paths(in: folder).first { $0.hasPrefix(folder + "/") || $0 == folder }
    }
}

/// Runs commands under strace(1), which watches and harms them.
enum Tracer {
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// What is done to a call.
    enum Harm: Hashable, Sendable {
        /// The process is killed before the call does anything.
        case kill
        /// The call does nothing and fails, once.
        case fail(String)
        /// The call and all later ones of its name fail.
        case failFromThenOn(String)

        var words: String {
            switch self {
            case .kill: "kill"
            case .fail(let error): error
            case .failFromThenOn(let error): "\(error) from then on"
            }
        }
    }

    private static let calls = """
        open,openat,openat2,creat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync,syncfs,sync_file_range,\
        msync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,truncate,ftruncate,\
        fallocate,mkdir,mkdirat,copy_file_range,sendfile,splice,mmap,io_uring_setup
        """

    /// Runs a command unharmed, or until it is killed at a point, with all that it wrote.
    static func trace(_ command: [String], in folder: URL, killedAt point: CrashPoint? = nil) throws -> Trace {
        let scratch = try PrivateFolder()
        let file = scratch.url.appendingPathComponent("trace")
        var arguments = ["-f", "-y", "-xx", "-s", "65536", "-e", "trace=\(calls)", "-o", file.path]
        if let point {
            arguments += ["-e", "inject=\(point.name):signal=KILL:when=\(point.number)"]
        } else {
            // Much quicker; but a signal would not arrive.
            arguments.insert("--seccomp-bpf", at: 0)
        }
        let result = try TestSupport.run(
            "strace", arguments + command, in: folder)
        let calls = try TraceReader.calls(Array(try Data(contentsOf: file)))
        guard !calls.isEmpty else { throw Failure("nothing was traced: \(result.all)") }
        return Trace(result: result, calls: calls, folder: folder.path)
    }

    /// Runs a command and does harm to one of its calls.
    ///
    /// - Throws: if the call did not come, or was another one.
    static func run(_ command: [String], in folder: URL, _ harm: Harm, at point: CrashPoint) throws -> CommandResult {
        let scratch = try PrivateFolder()
        let file = scratch.url.appendingPathComponent("trace")
        let what =
            switch harm {
            case .kill: "signal=KILL:when=\(point.number)"
            case .fail(let error): "error=\(error):when=\(point.number)"
            case .failFromThenOn(let error): "error=\(error):when=\(point.number)+"
            }
        // Quicker by far with a filter, through which no signal arrives; other threads write(2) too.
        let filter = harm == .kill || point.name == "write" ? [] : ["-f", "--seccomp-bpf"]
        let result = try TestSupport.run(
            "strace",
            filter + ["-y", "-e", "trace=\(point.name)", "-e", "inject=\(point.name):\(what)", "-o", file.path]
                + command, in: folder)
        let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n")
        var harmed = lines.first { $0.hasSuffix("(INJECTED)") }
        if harm == .kill {
            guard result.status == 128 + SIGKILL, lines.last == "+++ killed by SIGKILL +++" else {
                throw Failure("the process was not killed: \(result.all)")
            }
            harmed = lines.dropLast().last
        }
        let name = point.file == "." ? folder.lastPathComponent : point.file
        guard let harmed, harmed.contains(point.name + "("), harmed.contains(name) else {
            throw Failure("another call than \(point.name) of \(point.file) was harmed: \(harmed ?? "none")")
        }
        return result
    }
}
