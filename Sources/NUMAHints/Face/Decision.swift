// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import JSONWriting
public import NUMACore
import Presentation

/// What was decided about a pod, and why.
public struct Decision: Sendable, CustomStringConvertible {
    /// What became of the pod.
    public enum Outcome: String, Sendable {
        /// It was, or would be, given what it asks for.
        case admitted
        /// It was admitted before, and has what it was given then.
        case held
        /// It is given nothing.
        case refused
    }

    public let outcome: Outcome
    /// The pod's uid, also if it was made up.
    public let uid: String
    /// Why it was refused, in a sentence for people and with facts for programs; nil if it was not.
    public let reason: Reason?
    /// What each container has, or would have, in the order of the pod; empty for a refused pod.
    public let allocations: [Allocation]
    /// What should be known besides: of files, of the machine, of what pods have lost.
    public var warnings: [String] {
        switch document {
        case .held: noted
        case .decided(let explanation), .explained(let explanation):
            noted + explanation.trace.warnings.map(\.text)
        }
    }
    /// Those that are not of the decision itself.
    private let noted: [String]
    private let document: Document

    /// Whether the pod has, or would have, what it asks for.
    public var isAdmitted: Bool { outcome != .refused }

    /// The whole story for people, as the commands tell it.
    public var description: String {
        switch document {
        case .held(let known):
            let pod = known.admission.pod
            return "pod \(pod.namespace)/\(pod.name): admitted before, at \(known.admission.time)\n"
                + HoldingsText(known).containers
        case .decided(let explanation), .explained(let explanation):
            return ExplanationText(explanation).text
        }
    }

    /// The same as JSON on one line, by the schema of `admit` or of `explain`.
    public var json: String { FaceText.json(report) }

    private var report: any Encodable {
        switch document {
        case .held(let known):
            var report = AdmissionReport(warnings: noted)
            report.add(held: known)
            return report
        case .decided(let explanation):
            var report = AdmissionReport(warnings: noted)
            report.add(explanation)
            return report
        case .explained(let explanation): return ExplanationReport([explanation], warnings: noted)
        }
    }

    private enum Document: Sendable {
        case held(LedgerPod)
        case decided(Explanation)
        /// It was asked what would be decided.
        case explained(Explanation)
    }

    init(admission: NodeAllocator.Outcome, _ warnings: [String]) {
        switch admission {
        case .held(let known): self.init(.held, known.uid, nil, known.allocations, warnings, .held(known))
        case .decided(let decision):
            let explanation = decision.explanation
            self.init(explanation, warnings, .decided(explanation))
        }
    }

    init(explanation: Explanation, _ warnings: [String]) {
        self.init(explanation, warnings, .explained(explanation))
    }

    private init(_ explanation: Explanation, _ warnings: [String], _ document: Document) {
        let trace = explanation.trace
        let (uid, warnings) = (trace.pod.uid, warnings)
        switch trace.verdict {
        case .admitted: self.init(.admitted, uid, nil, trace.allocations, warnings, document)
        case .refused(let refusal):
            self.init(.refused, uid, explanation.reason ?? refusal.reason, [], warnings, document)
        }
    }

    private init(
        _ outcome: Outcome, _ uid: String, _ reason: Reason?, _ allocations: [Allocation], _ warnings: [String],
        _ document: Document
    ) {
        self.outcome = outcome
        self.uid = uid
        self.reason = reason
        self.allocations = allocations
        noted = warnings
        self.document = document
    }
}

extension Decision: PrintedReport {
    package var exitStatus: Int32 {
        guard case .explained(let explanation) = document else { return isAdmitted ? 0 : 1 }
        return explanation.exitStatus
    }

    package func printed(as format: ReportFormat, width: Int) throws -> String {
        try format.text(of: report) { description }
    }
}

extension Explanation {
    /// 0 admitted, 1 refused, 3 a provider failed.
    package var exitStatus: Int32 {
        switch trace.verdict {
        case .admitted: 0
        case .refused(let refusal): refusal.kind == .providerFault ? NUMAHintsError.Code.provider.exitStatus : 1
        }
    }
}

extension LedgerPod {
    /// What its containers have.
    var allocations: [Allocation] {
        zip(admission.pod.containers, admission.pieces).map { Allocation(container: $0.name, assignments: $1) }
    }
}

/// Values as JSON on one line.
enum FaceText {
    /// Reports are text, numbers and lists, which can always be written.
    static func json(_ report: some Encodable) -> String { (try? CompactJSON.text(of: report)) ?? "{}" }
}
