// SPDX-License-Identifier: Apache-2.0

public import Admission
import NUMACore

/// How it stands with what pods hold, as data and as lines: what `doctor` prints.
public struct DoctorReport: Encodable, Sendable {
    private struct Entry: Encodable {
        var uid: String
        /// Namespace and name.
        var pod: String
        /// `committed`, `intended` or `releasing`.
        var state: String
        /// What the providers no longer give, item by item.
        var lost: [Item]
        /// `as-it-is`, `otherwise`, `refused` or `not-asked`.
        var answer: String
        /// Why it is not as it is; null where there is nothing to say.
        @Null var reason: String?

        init(_ diagnosis: PodDiagnosis) {
            let spec = diagnosis.pod.admission.pod
            uid = spec.uid
            pod = "\(spec.namespace)/\(spec.name)"
            state = diagnosis.pod.state.rawValue
            lost = diagnosis.lost.map { Item($0) }
            switch diagnosis.answer {
            case .asItIs: answer = "as-it-is"
            case .notAsked: answer = "not-asked"
            case .otherwise(let why):
                answer = "otherwise"
                reason = why.text
            case .refused(let why):
                answer = "refused"
                reason = why.text
            }
        }
    }

    private struct Item: Encodable {
        var container: String
        var reason: String

        init(_ lost: Loss) {
            container = lost.container
            reason = lost.text
        }
    }

    private var schemaVersion = 1
    /// Whether nothing was found.
    public private(set) var fine: Bool
    /// In the order of their admission.
    private var pods: [Entry]
    /// Books of providers that are not as they were.
    private var books: [String]

    public init(_ pods: [PodDiagnosis], lostBooks: [String]) {
        fine = pods.allSatisfy(\.isFine) && lostBooks.isEmpty
        self.pods = pods.map { Entry($0) }
        books = lostBooks
    }

    /// The report for people: a line or more for each pod, then what it means.
    public func text(_ emphasis: Emphasis) -> String {
        var lines: [String] = []
        for pod in pods {
            let name = emphasis.strong("pod \(pod.pod)")
            switch (pod.state, pod.answer) {
            case ("intended", _):
                lines.append(
                    "\(name): \(emphasis.bad("its admission did not end")): the next admit or release undoes it")
            case ("releasing", _):
                lines.append("\(name): \(emphasis.bad("its release did not end")): the next admit or release ends it")
            case (_, "as-it-is"): lines.append("\(name): \(emphasis.good("would be admitted as it is"))")
            case (_, "not-asked"): lines.append("\(name): \(emphasis.bad("holds what is gone"))")
            default: lines.append("\(name): \(pod.reason ?? "")")
            }
            lines += pod.lost.map { "  \($0.container): \($0.reason)" }
        }
        lines += books.map { emphasis.bad($0) }
        if pods.contains(where: { $0.answer == "refused" || $0.answer == "otherwise" }) {
            lines += ["", "What pods hold is left to them: a change applies to later admissions."]
        }
        if pods.contains(where: { !$0.lost.isEmpty }) {
            lines += ["", "What is left stays with its pod, and what comes back is its own again."]
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
