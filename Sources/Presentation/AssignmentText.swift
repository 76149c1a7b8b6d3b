// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What a container was given, in words.
enum AssignmentText {
    /// One piece a resource, in the order in which the providers gave them; devices of one resource together.
    static func pieces(_ assignments: [Assignment]) -> [String] {
        var resources: [ResourceName] = []
        for assignment in assignments where !resources.contains(assignment.resource) {
            resources.append(assignment.resource)
        }
        return resources.map { resource in
            let own = assignments.filter { $0.resource == resource }
            let parts = own.map { piece in
                let notes = piece.attributes.filter { $0.key == "note" }.map { " (\($0.value))" }.joined()
                return words(piece.piece, resource) + (piece.takenFrom.map { " taken over from \($0)" } ?? "") + notes
            }
            return "\(name(resource, own.count)) \(parts.joined(separator: ", "))"
        }
    }

    private static func name(_ resource: ResourceName, _ count: Int) -> String {
        resource == .cpu ? "CPUs" : resource.rawValue
    }

    private static func words(_ piece: Assignment.Piece, _ resource: ResourceName) -> String {
        switch piece {
        case .cpus(let cpus):
            return cpus.list
        case .memory(let nodes, let bytes, let shares):
            guard shares.count > 1 else { return "\(resource.text(of: bytes)) on \(place(nodes))" }
            return shares.map { "\(resource.text(of: $0.bytes)) on node \($0.node)" }.joined(
                separator: " and ")
        case .device(let id, let nodes):
            return nodes.isEmpty ? "\(id) on no node in particular" : "\(id) on \(place(nodes))"
        }
    }

    private static func place(_ nodes: NUMANodeMask) -> String {
        nodes.count == 1 ? "node \(nodes.list)" : "nodes \(nodes.list)"
    }
}
