// SPDX-License-Identifier: Apache-2.0

public import Admission
import DeviceChoice
public import Explanation
import HintMerge
public import JSONWriting
import NUMACore

/// A decision as a ledger keeps it: what it was made from. What people are shown of it is made from that when they ask.
///
/// Masks and CPUs are lists as in `0-3,8`. What is empty, false or missing is left out.
public struct StoredTrace: Sendable {
    /// When it was decided, as it is to be shown.
    public let time: String
    /// The decision, with who had what was short.
    public let decision: PodDecision

    public init(_ decision: PodDecision, time: String) {
        self.decision = decision
        self.time = time
    }
}

extension StoredTrace: CompactJSONValue {
    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("holdings", ifAny: decision.holdings)
            $0.add("time", time)
            $0.add("trace", decision.trace)
            $0.add("traceVersion", Self.version)
        }
    }

    /// Of what is within `trace`, for those that read it later.
    private static let version = 1
}

extension StoredTrace: Decodable {
    private enum Key: String, CodingKey { case holdings, time, trace, traceVersion }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        guard try members.decode(Int.self, forKey: .traceVersion) == Self.version else {
            throw DecodingError.dataCorruptedError(
                forKey: .traceVersion, in: members, debugDescription: "it is of a later version")
        }
        time = try members.decode(String.self, forKey: .time)
        decision = PodDecision(
            try members.decode(DecisionTrace.self, forKey: .trace),
            holdings: try members.decode(all: [Cause.Holding].self, .holdings))
    }
}

extension DecisionTrace: CompactJSONValue, Decodable {
    private enum Key: String, CodingKey {
        case allocations, nearness, nodes, options, pod, refusal, scope, units, warnings
    }

    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("allocations", ifAny: allocations)
            $0.add("nearness", ifAny: nearness)
            $0.add("nodes", nodes)
            $0.add("options", options)
            $0.add("pod", pod)
            if case .refused(let refusal) = verdict { $0.add("refusal", refusal) }
            $0.add("scope", scope.rawValue)
            $0.add("units", ifAny: units)
            $0.add("warnings", ifAny: warnings)
        }
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.init(
            pod: try members.decode(PodSpec.self, forKey: .pod),
            scope: try members.decode(Scope.self, forKey: .scope),
            options: try members.decode(MergeOptions.self, forKey: .options),
            nodes: try members.decode(NUMANodeMask.self, forKey: .nodes),
            units: try members.decode(all: UnitTrace.self, .units),
            allocations: try members.decode(all: Allocation.self, .allocations),
            verdict: try members.decodeIfPresent(Refusal.self, forKey: .refusal).map { .refused($0) } ?? .admitted,
            warnings: try members.decode(all: Reason.self, .warnings))
        nearness = try members.decode(all: DeviceNearness.self, .nearness)
    }
}
