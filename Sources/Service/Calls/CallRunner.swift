// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import NUMACore
import NUMAHints

/// Does on the node what a call asks for. Each call takes its thread until it is done.
struct CallRunner: Sendable {
    let node: ManagedNode
    let metrics: ServiceMetrics
    /// How long changes are looked for that would let a refused pod in.
    let search: Duration

    func answer(_ request: Request, body: [UInt8]) -> Answer {
        do {
            return try decided(request, body)
        } catch let error as NUMAHintsError {
            return Answer(Problem(error))
        } catch let problem as Problem {
            return Answer(problem)
        } catch {
            return Answer(Problem(NUMAHintsError(.bug, "\(error)")))
        }
    }

    private func decided(_ request: Request, _ body: [UInt8]) throws -> Answer {
        switch request.call {
        case .admit:
            let (pod, warnings) = try ManagedNode.pod(of: body, file: "body")
            let decision = try node.admit(pod, warnings: warnings)
            return try answer(decision, request, "pod \(pod.namespace)/\(pod.name) (\(pod.uid)): \(decision.outcome)")
        case .explain:
            let (pod, warnings) = try ManagedNode.pod(of: body, file: "body")
            return try answer(
                node.explain(pod, changes: request.changes, warnings: warnings, patience: search), request)
        case .release:
            let holder = try HolderBody.read(body, for: .release)
            let released = Holder(podUID: holder.uid, container: holder.container)
            return try answer(node.release(released), request, released.words)
        case .attach:
            let (holder, place) = try HolderBody.read(body, for: .attach).attachment()
            return try answer(node.attach(holder, at: place), request, holder.words)
        case .status: return try answer(node.status(), request)
        case .ready:
            _ = try node.check()
            _ = try node.status()
            return Answer("ready\n")
        case .health: return Answer("alive\n")
        case .metrics: return Answer(metrics.text(of: node), type: ExpositionText.mediaType)
        case .events: throw NUMAHintsError(.bug, "\(request.call.path) is not a call on the node")
        }
    }

    private func answer(
        _ report: some PrintedReport, _ request: Request, _ subject: String? = nil
    ) throws -> Answer {
        var answer = try Answer(report, as: request.format, width: request.width)
        answer.subject = subject.map(Answer.plain)
        return answer
    }
}
