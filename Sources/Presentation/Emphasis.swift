// SPDX-License-Identifier: Apache-2.0

/// How words are made to stand out, where the reader's terminal shows colour; the words say it all without.
public struct Emphasis: Sendable {
    private let isOn: Bool

    /// - Parameter isOn: whether the text goes to a terminal whose user has not asked for no colour.
    public init(isOn: Bool) { self.isOn = isOn }

    func good(_ text: String) -> String { rendered(text, .good) }
    func bad(_ text: String) -> String { rendered(text, .bad) }
    func strong(_ text: String) -> String { rendered(text, .strong) }
    public func faint(_ text: String) -> String { rendered(text, .faint) }

    private func rendered(_ text: String, _ style: StyledText.Style) -> String {
        StyledText(text, style).rendered(inColour: isOn)
    }
}
