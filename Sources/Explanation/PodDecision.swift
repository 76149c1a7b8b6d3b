// SPDX-License-Identifier: Apache-2.0

public import Admission
import HintMerge
public import NUMACore

/// A decision that is explained when somebody asks: until then it is what it was made from, and who had what was short.
public struct PodDecision: Sendable {
    public let trace: DecisionTrace
    /// Who had what was short, unit by unit; empty where nothing was.
    public let holdings: [[Cause.Holding]]
    /// Where it had to be explained to know who those are.
    private let explained: Explanation?

    /// - Parameter pods: gives what was held when it was decided, and is asked where something was short; nil if that is
    ///   not known.
    public init(_ trace: DecisionTrace, on machine: Machine, besides pods: () -> [PodHoldings]?) {
        self.trace = trace
        guard trace.mayHaveCause else {
            (holdings, explained) = ([], nil)
            return
        }
        var explanation = Explanation(trace)
        if explanation.units.contains(where: { $0.cause != nil }), let pods = pods() {
            explanation.name(pods, on: machine)
        }
        holdings = explanation.units.map { $0.cause?.holdings ?? [] }
        explained = explanation
    }

    /// A decision of which that was written down.
    public init(_ trace: DecisionTrace, holdings: [[Cause.Holding]]) {
        self.trace = trace
        self.holdings = holdings
        explained = nil
    }

    public var explanation: Explanation {
        if let explained { return explained }
        var explanation = Explanation(trace)
        for (place, held) in zip(explanation.units.indices, holdings) {
            explanation.units[place].cause?.holdings = held
        }
        return explanation
    }
}

extension DecisionTrace {
    /// Whether something may have stood in the way of it: only then there is a cause to be found.
    fileprivate var mayHaveCause: Bool {
        !verdict.isAdmitted || units.contains { $0.merge?.best.isPreferred == false }
    }
}
