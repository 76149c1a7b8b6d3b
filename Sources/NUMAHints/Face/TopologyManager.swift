// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Decides about pods on one node, and keeps in a ledger what they are given: what an agent on a node embeds.
///
/// Each call reads the machine, the files and the ledger as they are, holds the ledger's lock while it changes it, and lets it
/// go before it returns: commands and other processes get in between. Calls are served one after another, on a thread of
/// the manager, so that no task of the caller's waits for a disk or a lock but the one that asks.
///
/// All errors are ``NUMAHintsError``; a refusal is a ``Decision`` and no error.
public actor TopologyManager {
    /// What should be known of the settings.
    public private(set) var warnings: [String] = []
    private let node: ManagedNode
    private let queue: SerialQueue
    private var isClosed = false
    private var feeds: [ChangeFeed] = []

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe queue.asUnownedSerialExecutor() }

    /// Opens the node: what does not work for all calls is told here.
    ///
    /// - Throws: of code `usage` or `input` for options and files, `machine` and `provider` for what they name, `state` if
    ///   there is no place for the ledger. The ledger itself is opened by each call.
    public init(_ options: Options = Options()) async throws(NUMAHintsError) {
        node = try ManagedNode(options)
        queue = SerialQueue("numa-hints")
        // From here on this is the manager's own thread.
        warnings = try node.check()
    }

    /// The pods of a text in YAML or JSON, defaulted and checked as the API server does.
    ///
    /// - Parameter file: what messages call the text.
    /// - Throws: of code `input`, with the line.
    public static func pods(in text: String, file: String = "pod") throws(NUMAHintsError) -> [PodSpec] {
        try ManagedNode.pods(of: text, file: file)
    }

    /// Decides about a pod, and keeps what it is given: that is on the disk when this returns. A pod that the ledger has
    /// already is not decided about again.
    public func admit(_ pod: PodSpec) async throws(NUMAHintsError) -> Decision {
        try open().admit(pod)
    }

    /// Says what would be decided about a pod on what others hold now, and why. Nothing is changed.
    ///
    /// - Parameter changes: how many changes at most are looked for that would let a refused pod in, or align an admitted
    ///   one: 0 to 100. They take most of the time.
    public func explain(_ pod: PodSpec, changes: Int = 3) async throws(NUMAHintsError) -> Decision {
        try open().explain(pod, changes: changes)
    }

    /// Gives back what a pod has, or one of its containers. To release what has nothing is fine.
    public func release(_ uid: String, container: String? = nil) async throws(NUMAHintsError) -> Release {
        try open().release(Holder(podUID: uid, container: container))
    }

    /// Holds the cgroup of a container to what the container was given.
    ///
    /// - Throws: if the cgroup does not take that, it is as it was, and the container is released.
    public func attach(
        _ uid: String, container: String, to place: Attachment.Place = .kubelet
    ) async throws(NUMAHintsError) -> Attachment {
        try open().attach(Holder(podUID: uid, container: container), at: place)
    }

    /// Says who holds what. Nobody is waited for.
    public func status() async throws(NUMAHintsError) -> Holdings {
        try open().status()
    }

    /// What changes from now on: devices, the machine, and who holds something, also by other processes.
    ///
    /// The stream keeps the newest 1,024 changes that were not taken yet, and ends with the manager, or when its task does.
    public func changes() async throws(NUMAHintsError) -> AsyncStream<NodeChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: NodeChange.self, bufferingPolicy: .bufferingNewest(1024))
        let feed = try ChangeFeed(open(), sink: { continuation.yield($0) }, end: { continuation.finish() })
        continuation.onTermination = { _ in feed.stop() }
        feeds.removeAll(where: \.isStopped)
        feeds.append(feed)
        return stream
    }

    /// Ends the streams of changes; every later call throws an error of code `closed`. What pods hold stays theirs.
    public func close() async {
        isClosed = true
        for feed in feeds { feed.stop() }
        feeds = []
    }

    deinit {
        for feed in feeds { feed.stop() }
    }

    private func open() throws(NUMAHintsError) -> ManagedNode {
        guard !isClosed else { throw NUMAHintsError(.closed, "the manager was closed") }
        return node
    }
}
