// SPDX-License-Identifier: Apache-2.0

/// That something was given back, as a ledger is to keep it beside its decisions.
public struct StoredRelease: Encodable, Sendable {
    private var schemaVersion = 1
    private var time: String
    private var summary: String
    private var text: String

    /// - Parameters:
    ///   - name: the pod's namespace and name.
    ///   - summary: what was done, e.g. `forgotten without asking the providers`.
    public init(pod name: String, summary: String, time: String) {
        self.time = time
        self.summary = summary
        text = "pod \(name): \(summary)\n"
    }
}
