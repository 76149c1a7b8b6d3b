// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import Glibc
import NUMACore
import NUMAHints
import Presentation

/// `numa-hints explain --watch`.
extension ExplainCommand {
    func validateWatch() throws {
        guard watch else {
            guard interval == nil else { throw NUMAHintsError(.usage, "--interval is for --watch") }
            return
        }
        guard uid == nil else { throw NUMAHintsError(.usage, "--watch is for pods that are decided about, not --uid") }
        guard !files.contains("-") else {
            throw NUMAHintsError(.usage, "--watch reads files again, and standard input can be read once: name a file")
        }
        guard interval.map({ (0.01...3600).contains($0) }) ?? true else {
            throw NUMAHintsError(.usage, "--interval must be 0.01 to 3600 seconds, found \(interval ?? 0)")
        }
        guard output.output != .yaml else {
            throw NUMAHintsError(.usage, "--watch prints text, or JSON on a line each: -o text or -o json")
        }
        guard pictures.html != "-" else {
            throw NUMAHintsError(.usage, "--watch prints more than once: give --html a file")
        }
    }

    /// Decides again and again until SIGINT or SIGTERM, and prints what is not as it was.
    ///
    /// - Throws: for what is wrong at the start. Later failures are lines, and are tried again.
    func watchDecisions(every seconds: Double) throws {
        var interruption = Interruption()
        let warnings = SaidLines()
        var shown: String?
        var problem: String?
        repeat {
            let isFirst = shown == nil && problem == nil
            var isDecided = false
            do {
                let decided = try decide()
                for warning in decided.lastingWarnings { warnings.warn(warning) }
                let now = decided.text(Emphasis(isOn: false))
                (problem, isDecided) = (nil, true)
                guard now != shown else { continue }
                for warning in decided.passingWarnings { warnings.warn(warning) }
                show(decided, time: Date.now.formatted(.iso8601))
                shown = now
                try writePicture(of: decided)
            } catch {
                // A file may be half written, or a ledger be put into its place, just as it is read.
                if isFirst { throw error }
                let line = error is ExitCode ? "the providers cannot be used" : "\(error)"
                if line != problem { Standard.error("numa-hints: \(line)") }
                problem = line
                if !isDecided { shown = nil }
            }
        } while !interruption.comes(within: seconds)
    }

    /// At once, also into a pipe.
    private func show(_ decided: Decisions, time: String) {
        switch output.output {
        case .text:
            let emphasis = Emphasis(isOn: Terminal.hasColour)
            print(OpenedSnapshots.named("\(emphasis.faint("at \(time)"))\n\(decided.text(emphasis))"))
        case .json, .yaml: print(OpenedSnapshots.named(StoredText.of(decided.report(time: time))))
        }
        _ = fflush(nil)
    }
}
