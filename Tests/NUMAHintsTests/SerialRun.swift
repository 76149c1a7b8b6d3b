// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import Foundation
import HintMerge
import JSONWriting
import KubernetesFormats
import Ledger
import Logging
import NUMACore
import NUMAHints
import Presentation
import ProviderHost
import Recordings
import TestSupport

/// The same steps as processes take on a ledger, one after another in this process, each with providers that it
/// restored anew.
struct SerialRun {
    /// What a process is to do.
    enum Step: Hashable, CustomStringConvertible {
        case admit(String)
        /// A pod, or `uid/container`.
        case release(String)

        func words(_ folder: URL) -> [String] {
            let machine = ["--machine", SerialRun.machine]
            return switch self {
            case .admit(let uid): ["admit", podFile(folder, uid), "--policy", "restricted"] + machine
            case .release(let holder): ["release", holder] + machine
            }
        }

        /// Whether what a process said of the step means that it changed nothing.
        func isWithoutEffect(_ said: String) -> Bool {
            switch self {
            case .admit(let uid): said.hasPrefix("pod default/\(uid): admitted before")
            case .release(let holder): said == "\(holder) holds nothing\n"
            }
        }

        var description: String {
            switch self {
            case .admit(let uid): "admit \(uid)"
            case .release(let holder): "release \(holder)"
            }
        }
    }

    /// A decision of a ledger, apart from the time.
    struct Decision: Hashable {
        var sequence: UInt64
        var uid: String
        var verdict: String
        var text: String

        init(_ record: LedgerRecord) {
            sequence = record.sequence
            uid = record.decision.uid
            verdict = record.decision.verdict
            text = timeless(record.decision.text)
        }

        /// What led to it.
        var step: Step {
            guard verdict == "released" else { return .admit(uid) }
            struct Event: Decodable { var container: String? }
            let event = try? JSONDecoder().decode(Event.self, from: Data(text.utf8))
            return .release(uid + (event?.container.map { "/\($0)" } ?? ""))
        }
    }

    static let machine = "Examples/machines/two-node-128.json"

    static func podFile(_ folder: URL, _ uid: String) -> String { folder.appendingPathComponent("\(uid).yaml").path }

    static func timeless(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "<time>")
    }

    private let folder: URL
    private let ledger: String
    private let recorded: RecordedMachine
    private let settings: NodeSettings
    /// Exit status and output of each step that changed something or refused.
    private(set) var said: [String] = []
    /// What steps that change nothing could say at some point.
    private(set) var quiet: Set<String> = []

    init(folder: URL, ledger: String) throws {
        self.folder = folder
        self.ledger = ledger
        recorded = try RecordedMachine.with(
            TestEnvironment.root.appendingPathComponent(Self.machine).path
        ) { $0 }
        var settings = NodeSettings()
        settings.add(recorded.settings)
        settings.admission.merge.policy = .restricted
        self.settings = settings
        for number in 0..<100 {
            for holder in ["pod-\(number)", "pod-\(number)/side"] { quiet.insert("\(holder) holds nothing\n") }
        }
    }

    mutating func take(_ step: Step) throws {
        let node = Node(
            recorded.machine, root: nil, settings: settings, search: try ProviderSearch(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let opened = try SQLiteLedger(path: ledger)
        defer { try? opened.close() }
        var allocator = try NodeAllocator(node, ledger: opened) {
            StoredTrace($0, time: "2026-01-01T00:00:00Z").json()
        }
        switch step {
        case .admit(let uid):
            for pod in try PodFile.read(Self.podFile(folder, uid)).pods {
                guard case .decided(let decision) = try allocator.admit(pod) else {
                    said.append("\(step) was decided about twice")
                    continue
                }
                let status = decision.trace.verdict.isAdmitted ? 0 : 1
                said.append("\(status) \(ExplanationText(decision.explanation, emphasis: Emphasis(isOn: false)).text)")
            }
        case .release(let holder):
            let parts = holder.split(separator: "/").map(String.init)
            let container = parts.count > 1 ? parts[1] : nil
            let name = "pod default/\(parts[0])" + (container.map { ", container \($0)" } ?? "")
            let released = try allocator.release(Holder(podUID: parts[0], container: container))
            said.append(released == nil ? "\(step) had nothing" : "0 \(name): released\n")
        }
        for pod in try opened.pods() {
            quiet.insert(
                "pod default/\(pod.uid): admitted before, at <time>\n" + HoldingsText(pod).containers)
        }
    }
}
