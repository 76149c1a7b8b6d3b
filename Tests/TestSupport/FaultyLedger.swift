// SPDX-License-Identifier: Apache-2.0

public import Admission
public import NUMACore

/// A ledger of which any call can be made to fail, having done nothing.
public final class FaultyLedger: AdmissionLedger {
    private let base: any AdmissionLedger
    // The tests that use it run on one thread.
    nonisolated(unsafe) private let plan: FaultPlan

    public init(_ base: any AdmissionLedger, plan: FaultPlan) {
        self.base = base
        unsafe self.plan = plan
    }

    private func step(_ call: String) throws(NUMAHintsError) {
        if unsafe plan.isNextFailing() { throw NUMAHintsError(.state, "\(call) fails on demand") }
    }

    public func intend(_ admission: LedgerAdmission, _ note: LedgerNote) throws(NUMAHintsError) -> UInt64 {
        try step("intend")
        return try base.intend(admission, note)
    }

    public func record(_ admission: LedgerAdmission, _ note: LedgerNote) throws(NUMAHintsError) -> UInt64 {
        try step("record")
        return try base.record(admission, note)
    }

    public func markCommitted(uid: String) throws(NUMAHintsError) {
        try step("markCommitted")
        try base.markCommitted(uid: uid)
    }

    public func forget(uid: String, _ note: LedgerNote) throws(NUMAHintsError) {
        try step("forget")
        try base.forget(uid: uid, note)
    }

    public func markReleasing(uid: String, container: String?) throws(NUMAHintsError) {
        try step("markReleasing")
        try base.markReleasing(uid: uid, container: container)
    }

    public func remove(uid: String, _ note: LedgerNote) throws(NUMAHintsError) {
        try step("remove")
        try base.remove(uid: uid, note)
    }

    public func replace(uid: String, pieces: [[Assignment]], _ note: LedgerNote) throws(NUMAHintsError) {
        try step("replace")
        try base.replace(uid: uid, pieces: pieces, note)
    }

    public func attach(_ attachment: LedgerAttachment) throws(NUMAHintsError) {
        try step("attach")
        try base.attach(attachment)
    }

    public func detach(uid: String, container: String) throws(NUMAHintsError) {
        try step("detach")
        try base.detach(uid: uid, container: container)
    }

    public func attachments() throws(NUMAHintsError) -> [LedgerAttachment] {
        try step("attachments")
        return try base.attachments()
    }

    public func note(_ note: LedgerNote) throws(NUMAHintsError) -> UInt64 {
        try step("note")
        return try base.note(note)
    }

    public func pods() throws(NUMAHintsError) -> [LedgerPod] {
        try step("pods")
        return try base.pods()
    }

    public func pod(uid: String) throws(NUMAHintsError) -> LedgerPod? {
        try step("pod")
        return try base.pod(uid: uid)
    }

    public func memory() throws(NUMAHintsError) -> [LedgerMemory] {
        try step("memory")
        return try base.memory()
    }

    public func machine() throws(NUMAHintsError) -> String? {
        try step("machine")
        return try base.machine()
    }

    public func decisions(uid: String?) throws(NUMAHintsError) -> [LedgerRecord] {
        try step("decisions")
        return try base.decisions(uid: uid)
    }
}
