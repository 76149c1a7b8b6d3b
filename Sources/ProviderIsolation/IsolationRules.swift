// SPDX-License-Identifier: Apache-2.0

package import NUMACore
package import ProviderHost

/// Which providers run in a process of their own, and how.
public struct IsolationRules: Hashable, Sendable {
    /// What is said of all providers, or of one; nil leaves it to what is said of all, or to the default.
    public struct Rule: Hashable, Sendable {
        public var isIsolated: Bool?
        public var deadline: Duration?
        public var memoryLimit: UInt64?
        public var onFailure: IsolationOptions.FailureHandling?
        public var systemCalls: IsolationOptions.SystemCalls?
        public var user: String?

        public init(
            isIsolated: Bool? = nil, deadline: Duration? = nil, memoryLimit: UInt64? = nil,
            onFailure: IsolationOptions.FailureHandling? = nil, systemCalls: IsolationOptions.SystemCalls? = nil,
            user: String? = nil
        ) {
            self.isIsolated = isIsolated
            self.deadline = deadline
            self.memoryLimit = memoryLimit
            self.onFailure = onFailure
            self.systemCalls = systemCalls
            self.user = user
        }

        func completed(by other: Self) -> Self {
            Self(
                isIsolated: isIsolated ?? other.isIsolated, deadline: deadline ?? other.deadline,
                memoryLimit: memoryLimit ?? other.memoryLimit, onFailure: onFailure ?? other.onFailure,
                systemCalls: systemCalls ?? other.systemCalls, user: user ?? other.user)
        }
    }

    /// Of all providers.
    public var all = Rule()
    /// The program that runs them: ``ChildProgram/find(folder:)``. Nothing is isolated without.
    public var program: String?
    private var byID: [String: Rule] = [:]
    private var byPath: [String: Rule] = [:]

    public init() {}

    /// Says something of one provider, by its id, its library, or both.
    public mutating func add(_ rule: Rule, id: String?, path: String?) {
        if let id { byID[id] = rule }
        if let path { byPath[path] = rule }
    }

    /// Isolates every provider, whatever was said of it.
    public mutating func isolateAll() {
        all.isIsolated = true
        for id in byID.keys { byID[id]?.isIsolated = true }
        for path in byPath.keys { byPath[path]?.isIsolated = true }
    }

    /// Whether any provider may run in a process of its own, so that the program is needed.
    public var isNeeded: Bool {
        all.isIsolated == true || byID.values.contains { $0.isIsolated == true }
            || byPath.values.contains { $0.isIsolated == true }
    }

    func options(id: String?, path: String) -> (isIsolated: Bool, options: IsolationOptions) {
        var rule = byPath[path].map { $0.completed(by: all) } ?? all
        if let own = id.flatMap({ byID[$0] }) { rule = own.completed(by: rule) }
        var options = IsolationOptions()
        if let deadline = rule.deadline { options = IsolationOptions(deadline: deadline) }
        if let limit = rule.memoryLimit { options.memoryLimit = limit }
        if let handling = rule.onFailure { options.onFailure = handling }
        if let calls = rule.systemCalls { options.systemCalls = calls }
        options.user = rule.user
        return (rule.isIsolated ?? false, options)
    }

    /// Whether an id decides, which only the library says: it is then loaded apart first.
    private var dependsOnID: Bool { byID.values.contains { $0.isIsolated != nil } }
}

extension IsolationRules: ProviderOpener {
    /// Opens a library here, or in a process if any of its providers is to be isolated.
    package func open(_ path: String) throws(NUMAHintsError) -> any ProviderSource {
        let known = options(id: nil, path: path)
        guard let program, known.isIsolated || dependsOnID else { return try LoadedLibrary(opening: path) }
        let rules = self
        let library = try IsolatedLibrary(opening: path, program: program, defaults: known.options) {
            rules.options(id: $0, path: path).options
        }
        guard library.ids.contains(where: { options(id: $0, path: path).isIsolated }) || library.ids.isEmpty else {
            return try LoadedLibrary(opening: path)
        }
        return library
    }
}
