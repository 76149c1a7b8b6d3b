// SPDX-License-Identifier: Apache-2.0

/// How a provider runs that has a process of its own.
public struct IsolationOptions: Hashable, Sendable {
    /// What becomes of an admission when the process ends in one of its calls.
    public enum FailureHandling: String, Hashable, Sendable, CaseIterable {
        case refuse
        /// Go on without the provider's resources, as long as it gave nothing yet.
        case ignore
    }

    /// Which system calls the process may do.
    public enum SystemCalls: String, Hashable, Sendable, CaseIterable {
        case all
        /// Those that a provider needs: no programs, no processes, no network, no signals to others, no changes of the
        /// system's set-up.
        case few
    }

    /// The longest that a call may take.
    public var deadline: Duration
    /// The longest that loading, `create`, `restore` and `start` may take.
    public var startDeadline: Duration
    /// The most bytes of addresses that the process may have.
    public var memoryLimit: UInt64
    public var onFailure: FailureHandling
    public var systemCalls = SystemCalls.all
    /// The account whose user and groups the process takes on; nil for those of the host. Only root can have another.
    public var user: String?

    /// What a process is started with, and keeps while it lives.
    struct Rights: Hashable {
        var memoryLimit: UInt64
        var systemCalls: SystemCalls
        var user: String?

        /// As the program takes them.
        var arguments: [String] {
            ["\(memoryLimit)", "\(IsolationOptions.descriptorLimit)", systemCalls == .few ? "1" : "0", user ?? ""]
        }
    }

    var rights: Rights { Rights(memoryLimit: memoryLimit, systemCalls: systemCalls, user: user) }

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
