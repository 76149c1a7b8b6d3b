// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What a line says that one resource may have.
public struct LoggedAnswer: Hashable, Sendable {
    public enum Placement: Hashable, Sendable {
        case noPreference
        case impossible
        /// `[]`: Go prints it for "no preference" and for "impossible" alike.
        case nothing
        case hints([TopologyHint])
        case unreadable(String)
    }

    public var resource: ResourceName
    public var placement: Placement

    init(_ resource: String, _ value: LooseValue, isJSON: Bool) {
        self.resource = ResourceName(resource)
        if value.isNull {
            placement = .noPreference
        } else if case .list(let items) = value {
            placement = items.isEmpty ? (isJSON ? .impossible : .nothing) : Self.placement(items)
        } else {
            placement = .unreadable(value.excerpt)
        }
    }

    private static func placement(_ items: [LooseValue]) -> Placement {
        var hints: [TopologyHint] = []
        for item in items {
            switch LoggedHint(item) {
            case .hint(let hint): hints.append(hint)
            case .unreadable(let text): return .unreadable(text)
            }
        }
        return .hints(hints)
    }

    /// Those of one provider, in order of resource; nil if the value is no map of resources.
    static func all(_ value: LooseValue) -> [LoggedAnswer]? {
        if value.isNull { return [] }
        if case .text(let text) = value { return LooseReader.value(of: text).flatMap { $0 == value ? nil : all($0) } }
        guard case .members(let members, _) = value else { return nil }
        return members.map { LoggedAnswer($0.name, $0.value, isJSON: $0.isQuoted) }
            .sorted { $0.resource < $1.resource }
    }
}
