// SPDX-License-Identifier: Apache-2.0

extension MemoryState {
    /// What several providers say of the nodes, with the types of all of them, ascending by node.
    ///
    /// Providers of memory keep the books of all types, so each has to be told all: what one of them says of its own
    /// types leaves open on which node the others lie.
    public static func joined(_ states: [MemoryState]) -> [MemoryState] {
        var joined: [MemoryState] = []
        for state in states {
            if let known = joined.firstIndex(where: { $0.node == state.node }) {
                joined[known].tables += state.tables
            } else {
                joined.append(state)
            }
        }
        for place in joined.indices { joined[place].tables.sort { $0.resource < $1.resource } }
        return joined.sorted { $0.node < $1.node }
    }
}
