// SPDX-License-Identifier: Apache-2.0

import CProcess
import Glibc
public import NUMACore

/// A command that is made to wait, so that there is a process to give something to, and runs where it is told.
public struct ConfinedChild: Sendable {
    /// How it ended.
    public enum End: Hashable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    /// Why it did not begin.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// 126 or 127 as env(1) has them, 125 for what is not the command's fault.
        public var exitStatus: Int32
        public var description: String
    }

    private let handle: child_handle
    private let command: String

    public var pid: Int32 { handle.pid }

    /// Makes the child. It waits, and the signals that this process gets wait for ``wait()``.
    ///
    /// - Parameter command: a program, searched along PATH, and its arguments; at least the program.
    public init(_ command: [String]) throws(Failure) {
        guard let program = command.first, !program.isEmpty else {
            throw Failure(exitStatus: 125, description: "there is no command to run")
        }
        self.command = program
        var made = child_handle()
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe command.map { unsafe strdup($0) }
        unsafe arguments.append(nil)
        let problem = unsafe arguments.withUnsafeBufferPointer { list in
            unsafe list.baseAddress.map { unsafe child_make($0, &made) } ?? EINVAL
        }
        unsafe arguments.forEach { unsafe free($0) }
        guard problem == 0 else {
            throw Failure(exitStatus: 125, description: "no process can be made: \(Self.text(problem))")
        }
        handle = made
    }

    /// Lets it run.
    ///
    /// - Parameters:
    ///   - cpus: where it may run; nil where this process may.
    ///   - nodes: of which its memory must be; nil leaves that to the kernel.
    public func run(cpus: CPUSet?, nodes: NUMANodeMask?) throws(Failure) {
        let (cpuWords, nodeWords) = (NodeWords.words(cpus), NodeWords.words(nodes))
        var step = CHILD_RUNS
        let problem = unsafe withUnsafePointer(to: handle) { child in
            unsafe cpuWords.withUnsafeBufferPointer { cpus in
                unsafe nodeWords.withUnsafeBufferPointer { nodes in
                    unsafe child_run(child, cpus.baseAddress, cpus.count, nodes.baseAddress, nodes.count, &step)
                }
            }
        }
        guard problem != 0 else { return }
        let text = Self.text(problem)
        switch step {
        case CHILD_CPUS:
            throw Failure(exitStatus: 125, description: "it cannot run on the CPUs \(cpus?.list ?? ""): \(text)")
        case CHILD_MEMORY:
            let list = nodes?.list ?? ""
            throw Failure(exitStatus: 125, description: "its memory cannot be bound to the nodes \(list): \(text)")
        default:
            throw Failure(exitStatus: problem == ENOENT ? 127 : 126, description: "\(command): \(text)")
        }
    }

    /// Ends a child that did not run yet.
    public func cancel() { unsafe withUnsafePointer(to: handle) { unsafe child_cancel($0) } }

    /// Waits for its end; signals that this process gets meanwhile are passed on.
    public func wait() -> End {
        let status = unsafe withUnsafePointer(to: handle) { unsafe child_wait($0) }
        // As the macros of wait(2) take it apart, which Swift does not see.
        return status & 0x7f == 0 ? .status(status >> 8 & 0xff) : .signal(status & 0x7f)
    }

    private static func text(_ problem: Int32) -> String {
        unsafe strerror(problem).map { unsafe String(cString: $0) } ?? "error \(problem)"
    }
}
