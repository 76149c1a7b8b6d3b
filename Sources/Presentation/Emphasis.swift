// SPDX-License-Identifier: Apache-2.0

/// How words are made to stand out, where the reader's terminal shows colour; the words say it all without.
public struct Emphasis: Sendable {
    private let isOn: Bool

    /// - Parameter isOn: whether the text goes to a terminal whose user has not asked for no colour.
    public init(isOn: Bool) { self.isOn = isOn }

    func good(_ text: String) -> String { code("32", text) }
    func bad(_ text: String) -> String { code("31", text) }
    func strong(_ text: String) -> String { code("1", text) }
    func faint(_ text: String) -> String { code("2", text) }

    private func code(_ number: String, _ text: String) -> String {
        isOn ? "\u{1B}[\(number)m\(text)\u{1B}[0m" : text
    }
}
