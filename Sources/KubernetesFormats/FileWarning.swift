// SPDX-License-Identifier: Apache-2.0

/// Something in a file that is accepted, and that its author should know about.
public struct FileWarning: Hashable, Sendable, CustomStringConvertible {
    /// Starts in lower case, ends without a full stop.
    public var text: String
    public var file: String
    /// From 1; nil if no line is to blame.
    public var line: Int?

    public init(_ text: String, file: String, line: Int? = nil) {
        self.text = text
        self.file = file
        self.line = line
    }

    /// One line: `web.yaml:12: replicas: 3, one pod is looked at`.
    public var description: String { "\(file):" + (line.map { "\($0):" } ?? "") + " \(text)" }
}
