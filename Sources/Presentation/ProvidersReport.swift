// SPDX-License-Identifier: Apache-2.0

/// The providers that were loaded, and what was refused: what `providers` prints.
public struct ProvidersReport: Encodable, Sendable {
    public struct Loaded: Encodable, Sendable {
        var id: String
        var version: String
        var summary: String
        var path: String
        var claims: [String]
        var observes: [String]
        /// What it leaves to other providers, which claim it too.
        var yields: [Yielded]

        /// The process that it runs in, if it has one of its own.
        var process: Process?

        public struct Process: Encodable, Sendable {
            var restarts: Int
            var isQuarantined: Bool
            /// What became of it, a sentence each.
            var faults: [String]

            public init(restarts: Int, isQuarantined: Bool, faults: [String]) {
                self.restarts = restarts
                self.isQuarantined = isQuarantined
                self.faults = faults
            }
        }

        public struct Yielded: Encodable, Sendable {
            var resource: String
            var to: String

            public init(resource: String, to: String) {
                self.resource = resource
                self.to = to
            }
        }

        public init(
            id: String, version: String, summary: String, path: String, claims: [String], observes: [String],
            yields: [Yielded], process: Process? = nil
        ) {
            self.id = id
            self.version = version
            self.summary = summary
            self.path = path
            self.claims = claims
            self.observes = observes
            self.yields = yields
            self.process = process
        }
    }

    var schemaVersion = 1
    /// Which of the places that libraries may come from was used.
    var source: String
    /// In the order in which they are asked.
    var loaded: [Loaded]
    /// One line each: which file, what is wrong, what would be right.
    var refused: [String]

    public init(source: String, loaded: [Loaded], refused: [String]) {
        self.source = source
        self.loaded = loaded
        self.refused = refused
    }

    /// The report for people.
    public func text(_ emphasis: Emphasis) -> String {
        var lines = ["providers from \(source), in the order in which they are asked"]
        if loaded.isEmpty { lines.append("  none") }
        for provider in loaded {
            lines.append("")
            lines.append("  \(emphasis.strong(provider.id)) \(provider.version): \(provider.summary)")
            lines.append(
                "    claims   \(provider.claims.isEmpty ? "nothing" : provider.claims.joined(separator: ", "))")
            if !provider.observes.isEmpty {
                lines.append("    observes \(provider.observes.joined(separator: ", "))")
            }
            for yielded in provider.yields { lines.append("    leaves   \(yielded.resource) to \(yielded.to)") }
            lines.append("    from     \(provider.path)")
            guard let process = provider.process else { continue }
            let times = process.restarts == 1 ? "once" : "\(process.restarts) times"
            let restarts = process.restarts == 0 ? "" : ", started again \(times)"
            lines.append("    runs     in a process of its own\(restarts)")
            if process.isQuarantined { lines.append("    \(emphasis.bad("is not started any more"))") }
            lines += process.faults.map { "    \(emphasis.bad("fault"))    \($0)" }
        }
        if !refused.isEmpty { lines += ["", emphasis.bad("refused")] + refused.map { "  \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }
}
