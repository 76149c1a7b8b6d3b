// SPDX-License-Identifier: Apache-2.0

/// How a provider runs that has a process of its own.
public struct IsolationOptions: Hashable, Sendable {
    /// What becomes of an admission when the process ends in one of its calls.
    public enum FailureHandling: String, Hashable, Sendable, CaseIterable {
        case refuse
        /// Go on without the provider's resources, as long as it gave nothing yet.
        case ignore
    }

    /// The longest that a call may take.
    public var deadline: Duration
    /// The longest that loading, `create`, `restore` and `start` may take.
    public var startDeadline: Duration
    /// The most bytes of addresses that the process may have.
    public var memoryLimit: UInt64
    public var onFailure: FailureHandling

    /// How many descriptors the process may have.
    static let descriptorLimit = 64
    /// The waits before it is started again, one time after another; then it is not started any more.
    static let waits: [Duration] = [.zero, .milliseconds(100), .milliseconds(400)]

    /// - Parameter startDeadline: six times the other, unless it is given.
    public init(
        deadline: Duration = .seconds(5), startDeadline: Duration? = nil, memoryLimit: UInt64 = 4 << 30,
        onFailure: FailureHandling = .refuse
    ) {
        self.deadline = deadline
        self.startDeadline = startDeadline ?? deadline * 6
        self.memoryLimit = memoryLimit
        self.onFailure = onFailure
    }
}
