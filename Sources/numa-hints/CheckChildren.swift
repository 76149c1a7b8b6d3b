// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import ProviderConformance

/// Runs checks in children, a few at a time, and says what came of them.
struct CheckChildren {
    private let options: CheckOptions
    private let jobs: Int
    private let milliseconds: UInt64

    init(_ options: CheckOptions, jobs: Int, milliseconds: UInt64) {
        self.options = options
        self.jobs = jobs
        self.milliseconds = milliseconds
    }

    /// The results in the order of the checks, however they ended.
    func run(_ checks: [Check]) throws -> [CheckResult] {
        var run = CheckRun(checks)
        var children: [(check: Check, child: CheckChild)] = []
        let progress = CheckProgress()
        defer { progress.end() }
        while true {
            while children.count < jobs, let check = run.start() {
                let words = options.words(CheckChildCommand.name, check.name)
                children.append((check, try CheckChild(words, milliseconds: milliseconds)))
            }
            if children.isEmpty { break }
            progress.show(run.done, of: run.count)
            CheckChild.wait(for: children.map(\.child))
            children.removeAll { check, child in
                guard let end = child.end() else { return false }
                run.finish(result(of: check, end))
                return true
            }
        }
        return run.finished
    }

    private func result(of check: Check, _ end: CheckChild.End) -> CheckResult {
        let said = end.lastLine.isEmpty ? "" : "; it said: \(end.lastLine.prefix(200))"
        if end.wasTooSlow {
            return CheckResult(
                name: check.name, status: .timedOut,
                detail: "it had not ended after \(milliseconds) ms, and was killed\(said)")
        }
        if let signal = end.signal {
            return CheckResult(name: check.name, status: .crashed, detail: "ended by \(Self.name(of: signal))\(said)")
        }
        guard let result = try? JSONDecoder().decode(CheckResult.self, from: Data(end.result)) else {
            return CheckResult(
                name: check.name, status: .crashed,
                detail: "the process ended with status \(end.exitStatus) before the check was over\(said)")
        }
        return result
    }

    private static func name(of signal: Int32) -> String {
        let names: [Int32: String] = [
            SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGILL: "SIGILL", SIGKILL: "SIGKILL",
            SIGPIPE: "SIGPIPE", SIGSEGV: "SIGSEGV", SIGSYS: "SIGSYS", SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP",
        ]
        return names[signal] ?? "signal \(signal)"
    }
}

/// How many checks are done, in one line of a terminal.
struct CheckProgress {
    private let isShown = isatty(STDERR_FILENO) == 1

    func show(_ done: Int, of count: Int) { say("\r\(done) of \(count) checks done") }

    func end() { say("\r\u{1b}[K") }

    private func say(_ text: String) {
        guard isShown else { return }
        var text = text
        text.withUTF8 { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
