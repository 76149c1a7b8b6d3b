// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The CPUs of a machine, and which container has which of them alone.
public struct CPUBooks: Sendable {
    /// What one container has.
    public struct Entry: Hashable, Sendable {
        public var holder: PodHolder
        public var cpus: CPUSet
    }

    /// Every CPU that can be used.
    public let usable: CPUSet
    /// Those that no container is given.
    public let reserved: CPUSet
    /// In the order in which they were given.
    public private(set) var entries: [Entry] = []
    /// What a kubelet holds ready for later containers of one pod: it forgets it only when another pod is given
    /// CPUs, not when the pod is gone.
    private var remembered: (podUID: String, cpus: CPUSet) = ("", [])

    public init(usable: CPUSet, reserved: CPUSet) {
        self.usable = usable
        self.reserved = reserved
    }

    /// Held by nobody and not reserved.
    public var available: CPUSet {
        entries.reduce(usable.subtracting(reserved)) { $0.subtracting($1.cpus) }
    }

    /// Held by nobody, reserved or not: where containers run that have no CPUs alone.
    public var shared: CPUSet { entries.reduce(usable) { $0.subtracting($1.cpus) } }

    /// What a container has, or nil.
    public func cpus(of holder: PodHolder) -> CPUSet? {
        entries.first { $0.holder.podUID == holder.podUID && $0.holder.container == holder.container }?.cpus
    }

    /// All that the containers of a pod have.
    public func cpus(ofPod uid: String) -> CPUSet {
        entries.reduce(CPUSet()) { $1.holder.podUID == uid ? $0.union($1.cpus) : $0 }
    }

    /// The CPUs of the pod's ordinary init containers that none of its lasting containers has.
    ///
    /// - Parameter asKubelet: what a kubelet takes for that.
    public func reusable(inPod uid: String, asKubelet: Bool = false) -> CPUSet {
        if asKubelet { return remembered.podUID == uid ? remembered.cpus : [] }
        let own = entries.filter { $0.holder.podUID == uid }
        let ended = own.filter { $0.holder.kind == .initialization }
        let lasting = own.filter { $0.holder.kind != .initialization }
        return lasting.reduce(ended.reduce(CPUSet()) { $0.union($1.cpus) }) { $0.subtracting($1.cpus) }
    }

    /// Gives a container CPUs.
    public mutating func give(_ cpus: CPUSet, to holder: PodHolder) {
        restore(cpus, to: holder)
        remember(cpus, of: holder)
    }

    /// Takes down what a container was given by an earlier process, which may come in pieces.
    public mutating func restore(_ cpus: CPUSet, to holder: PodHolder) {
        // Its pieces follow each other.
        if let last = entries.indices.last, entries[last].holder == holder {
            entries[last].cpus = entries[last].cpus.union(cpus)
        } else {
            entries.append(Entry(holder: holder, cpus: cpus))
        }
    }

    /// Notes what a container has, which it leaves to others if it ends before they start.
    public mutating func remember(_ cpus: CPUSet, of holder: PodHolder) {
        if remembered.podUID != holder.podUID { remembered = (holder.podUID, []) }
        remembered.cpus =
            holder.kind == .initialization ? remembered.cpus.union(cpus) : remembered.cpus.subtracting(cpus)
    }

    public mutating func release(_ holder: Holder) {
        entries.removeAll { $0.holder.isPart(of: holder) }
    }
}
