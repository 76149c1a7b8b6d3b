// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// What a provider answers to a series of calls, as a text that two processes can compare.
package enum Transcript {
    /// The text for each provider of the library.
    package static func text(_ setup: Bench.Setup) throws -> String {
        var lines: [String] = []
        try Bench(setup).eachProvider { subject in
            let instance = try subject.make()
            for demand in try subject.demands() {
                lines.append("\(demand)")
                let transaction = subject.bench.transaction()
                for pod in 0..<3 {
                    let request = subject.request(demand.amount(1), pod: "pod-\(pod)")
                    lines.append("\(text { try instance.hints(for: request) })")
                    lines.append("\(text { try instance.prepare(transaction, request, Subject.placement(nil)) })")
                }
                lines.append("\(text { try instance.stock() }) \(text { try instance.devices() })")
                instance.rollback(transaction)
            }
            // The text must say something even if there are no resources.
            lines.append("\(instance.claims)")
        }
        return lines.joined(separator: "\n")
    }

    private static func text<Value>(_ call: () throws -> Value) -> String {
        do { return "\(try call())" } catch { return "\(error)" }
    }
}
