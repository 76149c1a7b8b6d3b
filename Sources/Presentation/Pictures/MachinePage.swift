// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A machine as one page of HTML that needs nothing beside itself: what `topology --html` writes.
public struct MachinePage: Sendable {
    /// The page, ending in a line end.
    public let text: String

    /// - Parameter source: what the machine was read from, as the user wrote it.
    public init(_ machine: Machine, source: String) {
        text =
            Page(
                title: "Machine: \(source)", command: "numa-hints topology",
                body: [MachineFigure(MachineScene(machine)).markup]
            ).text
    }
}
