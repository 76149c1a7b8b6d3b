// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Which containers are to be confined next, from one look at the cgroups to the other.
///
/// A container is settled once its group was confined, and due again when that group is gone and another is there, or
/// one of the same path that was made anew. One that cannot be confined is due again after 1, 2, 4 and so on up to 64
/// looks, or at once if its group was made anew.
public struct ContainerWatch: Sendable {
    /// A container that is to be confined.
    public struct Candidate: Hashable, Sendable {
        public var holder: Holder
        public var pod: PodSpec
        /// The group to which it was attached last.
        public var group: String?

        /// - Parameter container: one of the pod's.
        public init(_ container: String, of pod: PodSpec, group: String? = nil) {
            holder = Holder(podUID: pod.uid, container: container)
            self.pod = pod
            self.group = group
        }
    }

    /// A container whose group is there and has not been confined.
    public struct Arrival: Hashable, Sendable {
        public var holder: Holder
        public var pod: PodSpec
        public var group: String
        fileprivate var identity: UInt64

        fileprivate var place: Place { Place(group: group, identity: identity) }
    }

    /// What came of one look.
    public struct Look: Hashable, Sendable {
        /// In the order of the candidates.
        public var arrivals: [Arrival] = []
        /// Where cgroups could not be read, each once.
        public var problems: [String] = []
    }

    fileprivate struct Place: Hashable {
        var group: String
        var identity: UInt64
    }

    private struct Failure {
        var place: Place
        var message: String
        /// How many looks it rests after this one, the next time too.
        var pause: Int
        var next: Int
    }

    private let tree: CgroupTree
    private let root: String
    private var settled: [Holder: Place] = [:]
    private var failures: [Holder: Failure] = [:]
    private var unreadable: [Holder: String] = [:]
    private var looks = 0

    /// - Parameter root: prefix of /var/log.
    public init(_ tree: CgroupTree, root: String = "") {
        self.tree = tree
        self.root = root
    }

    /// Looks who is to be confined now. Whoever is no candidate any more is forgotten.
    public mutating func look(for candidates: [Candidate]) -> Look {
        looks += 1
        var look = Look()
        var cgroups: KubeletCgroups?
        for candidate in candidates {
            let holder = candidate.holder
            let place: Place
            if let group = candidate.group, let identity = tree.identity(of: group) {
                place = Place(group: group, identity: identity)
                // What is seen for the first time was attached by somebody else, or before this watch began.
                if settled[holder]?.group != group {
                    settled[holder] = place
                    failures[holder] = nil
                }
            } else {
                let kubelet = cgroups ?? KubeletCgroups(tree, root: root)
                cgroups = kubelet
                guard let found = found(candidate, kubelet, &look.problems) else { continue }
                place = found
            }
            guard settled[holder] != place else { continue }
            if let failure = failures[holder], failure.place == place, failure.next > looks { continue }
            look.arrivals.append(
                Arrival(holder: holder, pod: candidate.pod, group: place.group, identity: place.identity))
        }
        forget(besides: Set(candidates.map(\.holder)))
        return look
    }

    /// An arrival was confined.
    public mutating func settle(_ arrival: Arrival) {
        settled[arrival.holder] = arrival.place
        failures[arrival.holder] = nil
    }

    /// An arrival could not be confined.
    ///
    /// - Returns: whether that is news: the same was not said before of the same group.
    public mutating func fail(_ arrival: Arrival, _ message: String) -> Bool {
        var pause = 1
        var isNews = true
        if let last = failures[arrival.holder], last.place == arrival.place {
            pause = min(64, last.pause * 2)
            isNews = last.message != message
        }
        failures[arrival.holder] = Failure(
            place: arrival.place, message: message, pause: pause, next: looks + pause)
        return isNews
    }

    private mutating func found(
        _ candidate: Candidate, _ cgroups: KubeletCgroups, _ problems: inout [String]
    ) -> Place? {
        let holder = candidate.holder
        do throws(NUMAHintsError) {
            guard case .found(let group) = try cgroups.search(for: holder.container ?? "", of: candidate.pod) else {
                return nil
            }
            unreadable[holder] = nil
            return tree.identity(of: group).map { Place(group: group, identity: $0) }
        } catch {
            let line = "\(error)"
            if unreadable.updateValue(line, forKey: holder) != line { problems.append(line) }
            return nil
        }
    }

    private mutating func forget(besides known: Set<Holder>) {
        settled = settled.filter { known.contains($0.key) }
        failures = failures.filter { known.contains($0.key) }
        unreadable = unreadable.filter { known.contains($0.key) }
    }
}
