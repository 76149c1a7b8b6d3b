// SPDX-License-Identifier: Apache-2.0

public import CNUMAHints
import Embedding
import Glibc
import NUMACore
import NUMAHints

@c @implementation public func numa_hints_version() -> UInt32 {
    UInt32(NUMA_HINTS_API_MAJOR) << 16 | UInt32(NUMA_HINTS_API_MINOR)
}

@c @implementation public func numa_hints_status_text(_ status: numa_hints_status) -> UnsafePointer<CChar>? {
    let words: [StaticString] = [
        "fine", "the pod was refused", "nothing came in time", "an argument is wrong", "a pod or file is wrong",
        "the machine failed", "a provider failed", "the ledger failed", "the handle was closed",
        "a bug in the library",
    ]
    let index = Int(status)
    let word = words.indices.contains(index) ? words[index] : words[words.count - 1]
    return unsafe UnsafeRawPointer(word.utf8Start).assumingMemoryBound(to: CChar.self)
}

@c @implementation public func numa_hints_free(_ text: UnsafeMutablePointer<CChar>?) {
    unsafe free(text)
}

@c @implementation public func numa_hints_open(
    _ options: UnsafePointer<numa_hints_options>?, _ manager: UnsafeMutablePointer<numa_hints_manager>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe manager?.pointee = 0
    return unsafe Border.run(nil, error) { () throws(NUMAHintsError) in
        guard let manager = unsafe manager else { throw NUMAHintsError(.usage, "manager must not be NULL") }
        let node = try ManagedNode(unsafe try OptionsReader.read(options))
        _ = try node.check()
        unsafe manager.pointee = Table.add(OpenManager(node))
        return Border.Answer()
    }
}

@c @implementation public func numa_hints_close(
    _ manager: numa_hints_manager, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe Border.run(nil, error) { () throws(NUMAHintsError) in
        let own = try Table.removeManager(manager)
        own.close()
        for subscription in Table.removeSubscriptions(of: own) { subscription.end() }
        return Border.Answer()
    }
}

@c @implementation public func numa_hints_admit(
    _ manager: numa_hints_manager, _ pod: UnsafePointer<CChar>?,
    _ document: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe decide(manager, document, error, { () throws(NUMAHintsError) in unsafe try Border.text(pod, "pod") }) {
        (node, pod, warnings) throws(NUMAHintsError) in try node.admit(pod, warnings: warnings)
    }
}

@c @implementation public func numa_hints_admit_pod(
    _ manager: numa_hints_manager, _ pod: UnsafePointer<numa_hints_pod>?,
    _ document: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe decide(manager, document, error, { () throws(NUMAHintsError) in unsafe try PodDocument(pod).json }) {
        (node, pod, warnings) throws(NUMAHintsError) in try node.admit(pod, warnings: warnings)
    }
}

@c @implementation public func numa_hints_explain(
    _ manager: numa_hints_manager, _ pod: UnsafePointer<CChar>?, _ changes: UInt32,
    _ document: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe decide(manager, document, error, { () throws(NUMAHintsError) in unsafe try Border.text(pod, "pod") }) {
        (node, pod, warnings) throws(NUMAHintsError) in
        try node.explain(pod, changes: Int(changes), warnings: warnings)
    }
}

@c @implementation public func numa_hints_release(
    _ manager: numa_hints_manager, _ uid: UnsafePointer<CChar>?, _ container: UnsafePointer<CChar>?,
    _ document: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe Border.run(document, error) { () throws(NUMAHintsError) in
        let own = try Table.manager(manager)
        let holder = Holder(
            podUID: unsafe try Border.text(uid, "uid"),
            container: unsafe try Border.optionalText(container, "container"))
        return try own.call { (node) throws(NUMAHintsError) in Border.Answer(document: try node.release(holder).json) }
    }
}

@c @implementation public func numa_hints_attach(
    _ manager: numa_hints_manager, _ uid: UnsafePointer<CChar>?, _ container: UnsafePointer<CChar>?,
    _ cgroup: UnsafePointer<CChar>?, _ document: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe Border.run(document, error) { () throws(NUMAHintsError) in
        let own = try Table.manager(manager)
        let holder = Holder(
            podUID: unsafe try Border.text(uid, "uid"), container: unsafe try Border.text(container, "container"))
        let path = unsafe try Border.optionalText(cgroup, "cgroup")
        return try own.call { (node) throws(NUMAHintsError) in
            let attachment = try node.attach(holder, at: path.map { .path($0) } ?? .kubelet)
            return Border.Answer(document: attachment.json)
        }
    }
}

@c @implementation public func numa_hints_get_status(
    _ manager: numa_hints_manager, _ document: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe Border.run(document, error) { () throws(NUMAHintsError) in
        try Table.manager(manager).call { (node) throws(NUMAHintsError) in
            Border.Answer(document: try node.status().json)
        }
    }
}

@c @implementation public func numa_hints_subscribe(
    _ manager: numa_hints_manager, _ subscription: UnsafeMutablePointer<numa_hints_subscription>?,
    _ descriptor: UnsafeMutablePointer<Int32>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe subscription?.pointee = 0
    unsafe descriptor?.pointee = -1
    return unsafe Border.run(nil, error) { () throws(NUMAHintsError) in
        guard let subscription = unsafe subscription else {
            throw NUMAHintsError(.usage, "subscription must not be NULL")
        }
        let own = try Table.manager(manager)
        return try own.call { (node) throws(NUMAHintsError) in
            let opened = try Subscription(node, of: own)
            unsafe descriptor?.pointee = opened.descriptor
            unsafe subscription.pointee = Table.add(opened)
            return Border.Answer()
        }
    }
}

@c @implementation public func numa_hints_next_change(
    _ subscription: numa_hints_subscription, _ timeout_ms: Int32,
    _ document: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe Border.run(document, error) { () throws(NUMAHintsError) in
        guard let change = try Table.subscription(subscription).next(timeout: timeout_ms) else {
            return Border.Answer(status: NUMA_HINTS_NOTHING)
        }
        return Border.Answer(document: change.json)
    }
}

@c @implementation public func numa_hints_unsubscribe(
    _ subscription: numa_hints_subscription, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> numa_hints_status {
    unsafe Border.run(nil, error) { () throws(NUMAHintsError) in
        try Table.removeSubscription(subscription).end()
        return Border.Answer()
    }
}

/// What the calls that decide about a pod have in common.
///
/// - Parameter text: gives the pod, as Kubernetes has it.
private func decide(
    _ manager: numa_hints_manager, _ document: TextOut?, _ error: TextOut?,
    _ text: () throws(NUMAHintsError) -> String,
    _ body: (ManagedNode, PodSpec, [String]) throws(NUMAHintsError) -> Decision
) -> numa_hints_status {
    unsafe Border.run(document, error) { () throws(NUMAHintsError) in
        let own = try Table.manager(manager)
        let (pod, warnings) = try ManagedNode.pod(of: try text(), file: "pod")
        return try own.call { (node) throws(NUMAHintsError) in
            let decision = try body(node, pod, warnings)
            return Border.Answer(
                status: decision.isAdmitted ? NUMA_HINTS_OK : NUMA_HINTS_REFUSED, document: decision.json)
        }
    }
}
