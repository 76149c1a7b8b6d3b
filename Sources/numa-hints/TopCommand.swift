// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import Glibc
import Ledger
import NUMACore
import Presentation

/// `numa-hints top`: who holds what, as it changes.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Shows nodes, what is free of them, and who holds the rest, as it changes.",
        discussion: """
            The bars show what is held, the numbers what is free of how much. Below the nodes stands who holds \
            something, the largest first: by CPUs, then by memory, then by the others. What does not fit is counted.

            It ends with q, Ctrl-C or SIGTERM, and the terminal is then as it was. Where standard output is no \
            terminal, and with --once, one frame is printed, whole and without colours.

            Examples:
              numa-hints top
              numa-hints top --ledger ./ledger.db --interval 0.5
              numa-hints top --kubelet-root /var/lib/kubelet
              numa-hints top --once | head

            Exit codes: 0 done, or asked to end; 2 usage or bad input; 3 the machine, a provider or the ledger failed.
            """)

    @Flag(help: "Print one frame and end.")
    var once = false

    @Option(help: ArgumentHelp("How long it waits between two looks.", valueName: "seconds"))
    var interval = 2.0

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubeletRoot: KubeletRoot
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    func run() throws {
        guard (0.1...3600).contains(interval) else {
            throw NUMAHintsError(.usage, "--interval must be 0.1 to 3600 seconds, found \(interval)")
        }
        guard kubeletRoot.kubeletRoot == nil || ledgerOptions.ledger == nil else {
            throw NUMAHintsError(.usage, "--kubelet-root says what is held: it does not go with --ledger")
        }
        guard Terminal.isTerminal, !once else {
            let report = try look()
            for warning in report.warnings { Standard.error("numa-hints: warning: \(warning)") }
            return try printFrame(report)
        }
        try watch()
    }

    private func look() throws -> StatusReport {
        if let folder = try kubeletRoot.folder() {
            return try StatusReport.of(kubeletRoot, folder: folder, machine, kubelet, providers)
        }
        let held = try ledgerOptions.reading { try $0.holdings() } ?? (pods: [], memory: [])
        return try StatusReport.of(held, machine, kubelet, providers, ledgerOptions)
    }

    private func source() throws -> String {
        try kubeletRoot.folder().map { "kubelet \(OpenedSnapshots.named($0))" }
            ?? "ledger \(OpenedSnapshots.named(ledgerOptions.path()))"
    }

    private static var time: String { Date.now.formatted(.iso8601) }

    private func printFrame(_ report: StatusReport) throws {
        let heading = TopFrame.Heading(source: try source(), time: Self.time)
        // Nothing is cut off below: it may be a file, or the input of another program.
        let frame = TopFrame(report, heading, width: Terminal.width, height: .max)
        print(OpenedSnapshots.named(frame.lines(hasColour: false).joined(separator: "\n")))
    }

    /// Shows frames until it is asked to end.
    private func watch() throws {
        let ending = [SIGINT, SIGTERM, SIGHUP]
        var interruption = Interruption(ending + [SIGWINCH, SIGTSTP])
        let source = try source()
        // What is wrong at the start is told on the screen that stays.
        var report = try look()
        var screen = FullScreen()
        screen.enter()
        defer { screen.leave() }
        while true {
            let heading = TopFrame.Heading(source: source, time: Self.time, keys: "q quits")
            func draw() {
                let frame = TopFrame(report, heading, width: Terminal.width, height: Terminal.height)
                screen.draw(frame.lines(hasColour: Terminal.hasColour))
            }
            draw()
            let end = ContinuousClock.now + .seconds(interval)
            while ContinuousClock.now < end {
                if let key = screen.key(within: 100), [UInt8(ascii: "q"), UInt8(ascii: "Q")].contains(key) { return }
                guard let signal = interruption.signal(within: 0) else { continue }
                if ending.contains(signal) { return }
                if signal == SIGTSTP {
                    // The shell gets its own screen back, until it lets this go on.
                    screen.leave()
                    raise(SIGSTOP)
                    screen.enter()
                }
                draw()
            }
            do {
                report = try look()
            } catch {
                // It may be that something is just being replaced: what was known stays, and the reason beside it.
                report = report.with(warning: error is ExitCode ? "the providers cannot be used" : "\(error)")
            }
        }
    }
}
