// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Who holds what, kept beyond the end of the process.
///
/// Each call that writes is one transaction: it has lasted when the call returns, and has changed nothing when
/// the call throws. An admission is `intend`, then the providers' commits, then `markCommitted`; or `record`
/// alone, where no provider has effects outside its books. A release is `markReleasing`, then the providers'
/// releases, then `remove`; or `remove` alone. What a crash left between two of these, `open` finds.
///
/// All calls throw a ``NUMAHintsError`` of the code `state` that names the ledger, if it has a name.
public protocol AdmissionLedger: AnyObject, Sendable {
    /// Writes what a pod is about to be given, before anything outside the process changes.
    ///
    /// - Returns: the number of the admission.
    /// - Throws: also if the ledger has a pod of this UID.
    @discardableResult
    func intend(_ admission: LedgerAdmission, _ note: LedgerNote) throws(NUMAHintsError) -> UInt64

    /// Writes an admission of which nothing is left to do: intent and mark in one.
    @discardableResult
    func record(_ admission: LedgerAdmission, _ note: LedgerNote) throws(NUMAHintsError) -> UInt64

    /// Every provider has committed an intended admission. Of a pod that is committed, nothing is changed.
    func markCommitted(uid: String) throws(NUMAHintsError)

    /// An intended admission was undone: forgets the pod, and its decision too. The decision of the note, if
    /// there is one, takes the place of that. Of a pod that the ledger does not have, nothing is forgotten.
    func forget(uid: String, _ note: LedgerNote) throws(NUMAHintsError)

    /// The providers are about to release a pod.
    ///
    /// - Parameter container: the one that alone is released; nil for all of the pod.
    func markReleasing(uid: String, container: String?) throws(NUMAHintsError)

    /// The pod has nothing any more; the decision about it stays. Of a pod that the ledger does not have, nothing
    /// is removed.
    func remove(uid: String, _ note: LedgerNote) throws(NUMAHintsError)

    /// The containers of a pod have less than before, or something else: one was released, or one started.
    ///
    /// A pod of which one container was releasing is committed again.
    ///
    /// - Parameter pieces: by the container's place in the pod.
    /// - Throws: also if the ledger has no such pod.
    func replace(uid: String, pieces: [[Assignment]], _ note: LedgerNote) throws(NUMAHintsError)

    /// Writes which cgroup is a container's; it is forgotten with the pod.
    func attach(_ attachment: LedgerAttachment) throws(NUMAHintsError)

    /// A container has no cgroup any more.
    func detach(uid: String, container: String) throws(NUMAHintsError)

    /// The cgroups of containers, in ascending order of uid and container.
    func attachments() throws(NUMAHintsError) -> [LedgerAttachment]

    /// Writes a decision that changed nothing, such as a refusal.
    ///
    /// - Returns: the number of the decision.
    @discardableResult
    func note(_ note: LedgerNote) throws(NUMAHintsError) -> UInt64

    /// All pods in the order of their admission, whatever their state.
    func pods() throws(NUMAHintsError) -> [LedgerPod]

    /// One pod, or nil.
    func pod(uid: String) throws(NUMAHintsError) -> LedgerPod?

    /// What was begun and not ended, in the order of admission: pods that are intended or releasing.
    func open() throws(NUMAHintsError) -> [LedgerPod]

    /// The books of all providers that keep any by node, in ascending order of their ids.
    func memory() throws(NUMAHintsError) -> [LedgerMemory]

    /// The machine as it was described with the last change, or nil.
    func machine() throws(NUMAHintsError) -> String?

    /// The decisions that are kept, oldest first.
    ///
    /// - Parameter uid: of the pod that is asked about, or nil for all.
    func decisions(uid: String?) throws(NUMAHintsError) -> [LedgerRecord]
}

extension AdmissionLedger {
    /// What was begun and not ended, in the order of admission: pods that are intended or releasing.
    public func open() throws(NUMAHintsError) -> [LedgerPod] {
        try pods().filter { $0.state != .committed }
    }
}
