// SPDX-License-Identifier: Apache-2.0

/// What went wrong, where, and for whom: the one error type of the project.
///
/// A refusal of a pod is not an error; it is a value with a ``Reason``.
public struct NUMAHintsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong. More may be added; compare with the members given.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case input, usage, machine, provider, state, closed, bug }
        private let value: Value

        /// A file, or text from outside, that is not what it should be. Exit code 2.
        public static let input = Code(value: .input)
        /// A flag, or a combination of flags, that cannot be. Exit code 2.
        public static let usage = Code(value: .usage)
        /// The machine, or its recording, could not be read. Exit code 3.
        public static let machine = Code(value: .machine)
        /// A provider library failed or broke its contract. Exit code 3.
        public static let provider = Code(value: .provider)
        /// Something of ours on disk is missing or damaged. Exit code 3.
        public static let state = Code(value: .state)
        /// Something was asked of what its user had closed. Exit code 3.
        public static let closed = Code(value: .closed)
        /// A rule of this program was broken by itself. Exit code 3.
        public static let bug = Code(value: .bug)

        public var description: String { value.rawValue }
        /// The exit status of a command that ends with this error.
        public var exitStatus: Int32 { self == .input || self == .usage ? 2 : 3 }
    }

    public var code: Code
    /// Starts in lower case, ends without a full stop, says what would be right.
    public var message: String
    /// The file, if one is to blame.
    public var file: String?
    /// The line in the file, from 1.
    public var line: Int?

    public init(_ code: Code, _ message: String, file: String? = nil, line: Int? = nil) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }

    /// One line: `pod.yaml:12: requests must be a mapping of resource to quantity, found a list`.
    public var description: String {
        let place = file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return place + message
    }
}
