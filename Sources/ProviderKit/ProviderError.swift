// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Why a provider cannot do what it is asked.
public struct ProviderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is. More may be added; compare with the members given.
    public struct Code: Hashable, Sendable {
        /// As the provider ABI numbers them.
        let status: Int32

        /// An argument, or a setting, is not what it should be.
        public static let invalid = Code(status: 1)
        /// Well formed, but not offered by this provider: a refusal.
        public static let unsupported = Code(status: 2)
        /// The resource is there, but not enough of it is free: a refusal.
        public static let exhausted = Code(status: 3)
        /// No such provider, transaction or device.
        public static let notFound = Code(status: 4)
        /// Called in a state that does not allow it.
        public static let badOrder = Code(status: 5)
        /// The operating system or the hardware refused.
        public static let io = Code(status: 6)
        /// A bug of the provider.
        public static let fault = Code(status: 8)
    }

    public var code: Code
    public var reason: Reason

    public init(_ code: Code, _ reason: Reason) {
        self.code = code
        self.reason = reason
    }

    public init(_ code: Code, _ text: String) { self.init(code, Reason(text)) }

    /// A setting that cannot be; the text names it.
    public static func setting(_ text: String) -> ProviderError {
        ProviderError(.invalid, Reason(text, code: "bad-settings"))
    }

    public var description: String { reason.text }
}
