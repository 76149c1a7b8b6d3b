// SPDX-License-Identifier: Apache-2.0

import ProviderWire

/// What a provider holds for pods, and what open transactions are to change of it.
struct RemoteBooks {
    enum Change {
        case give(uid: String, container: String, request: [UInt8], pieces: [HeldPod.Piece])
        /// Nil stands for each container of the pod.
        case free(uid: String, container: String?)
    }

    /// In the order in which they came.
    private(set) var pods: [HeldPod] = []
    /// Encoded records of nh_memory_node, as of the last transaction that ended.
    var memory: [[UInt8]] = []

    mutating func apply(_ change: Change) {
        switch change {
        case .give(let uid, let container, let request, let pieces):
            let place = pods.firstIndex { $0.uid == uid } ?? pods.endIndex
            if place == pods.endIndex { pods.append(HeldPod(uid: uid, request: request)) }
            pods[place].request = request
            pods[place].pieces[container] = pieces
        case .free(let uid, let container):
            guard let place = pods.firstIndex(where: { $0.uid == uid }) else { return }
            if let container { pods[place].pieces[container] = nil } else { pods[place].pieces = [:] }
            if pods[place].isEmpty { pods.remove(at: place) }
        }
        pods.removeAll(where: \.isEmpty)
    }

    mutating func started(uid: String, container: String) throws(WireProblem) {
        guard let place = pods.firstIndex(where: { $0.uid == uid }) else { return }
        try pods[place].started(container)
        pods.removeAll(where: \.isEmpty)
    }

    /// Whether the provider itself gave it something.
    func holds(uid: String, container: String?) -> Bool {
        guard let pod = pods.first(where: { $0.uid == uid }) else { return false }
        let pieces = container.map { pod.pieces[$0] ?? [] } ?? Array(pod.pieces.values.joined())
        return pieces.contains(where: \.isOwn)
    }
}

extension RemoteBooks.Change {
    /// What a transaction of unknown outcome may have given, or was to free: whose it is.
    var holder: (uid: String, container: String?) {
        switch self {
        case .give(let uid, let container, _, _): (uid, container)
        case .free(let uid, let container): (uid, container)
        }
    }
}
