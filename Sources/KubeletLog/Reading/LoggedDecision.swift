// SPDX-License-Identifier: Apache-2.0

/// One decision of a topology manager, as its lines have it.
public struct LoggedDecision: Hashable, Sendable {
    /// What one provider answered.
    public struct Provider: Hashable, Sendable {
        public var line: Int
        /// In order of resource; empty if it has no preference for any. Nil where the line cannot be read.
        public var answers: [LoggedAnswer]?
    }

    /// Whether the policy admitted it.
    public enum Verdict: Hashable, Sendable {
        case admitted
        case refused
        /// The log does not say.
        case unknown
    }

    /// What went wrong with the pod after that.
    public struct Failure: Hashable, Sendable {
        public var reason: String
        public var message: String
        public var line: Int
    }

    public var pod = PodReference()
    /// Nil for a whole pod, and where no line names it.
    public var container: String?
    public var isWholePod = false
    public var firstLine: Int
    public var lastLine: Int
    /// In the order in which they were asked.
    public var providers: [Provider] = []
    /// What the hints were merged into.
    public var best: LoggedHint?
    public var bestLine: Int?
    public var verdict = Verdict.unknown
    public var failure: Failure?
    /// Whether the beginning of the decision is missing, and hints with it.
    public var isCut = false
    public var settings = LoggedSettings()

    init(line: Int) {
        firstLine = line
        lastLine = line
    }
}
