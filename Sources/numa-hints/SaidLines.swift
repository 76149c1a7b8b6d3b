// SPDX-License-Identifier: Apache-2.0

/// Warnings of a command that runs for long, each of which is said once.
final class SaidLines {
    private var said: Set<String> = []

    func warn(_ line: String) {
        if said.insert(line).inserted { Standard.error("numa-hints: warning: \(line)") }
    }
}
