// SPDX-License-Identifier: Apache-2.0

/// What ended the process of a provider, with the evidence.
struct ProcessFault: Error, Hashable, Sendable {
    enum Cause: Hashable, Sendable {
        case signal(Int32)
        case status(Int32)
        case deadline(Duration)
        /// What it sent instead of an answer.
        case garbage(String)
        case closedSocket
        /// It could not be started.
        case noProcess(String)
    }

    var cause: Cause
    /// The last that it wrote to standard output and error, without control characters.
    var lastWords = ""

    /// In words that follow the provider's id.
    func text(in call: String) -> String {
        switch cause {
        case .signal(let number): "killed by \(Self.name(of: number)) in \(call)"
        case .status(let status): "exited with status \(status) in \(call)"
        case .deadline(let time): "gave no answer in \(call) within \(Self.text(time)), and was killed"
        case .garbage(let what): "sent \(what) in \(call), and was killed"
        case .closedSocket: "closed its socket in \(call)"
        case .noProcess(let why): "has no process for \(call): \(why)"
        }
    }

    /// As signal(7) names it.
    private static func name(of signal: Int32) -> String {
        let names: [Int32: String] = [
            1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 10: "USR1",
            11: "SEGV", 12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ", 31: "SYS",
        ]
        return names[signal].map { "SIG\($0)" } ?? "signal \(signal)"
    }

    private static func text(_ time: Duration) -> String {
        let milliseconds = time / .milliseconds(1)
        guard milliseconds >= 1000 else { return "\(Int(milliseconds)) ms" }
        let seconds = milliseconds / 1000
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\((seconds * 10).rounded() / 10) s"
    }
}
