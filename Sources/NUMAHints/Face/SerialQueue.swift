// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// A thread's worth of work for an actor that waits for disks and locks: nobody else's tasks wait with it.
final class SerialQueue: SerialExecutor {
    private let queue: DispatchQueue

    init(_ label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let (job, own) = unsafe (UnownedJob(job), asUnownedSerialExecutor())
        queue.async { unsafe job.runSynchronously(on: own) }
    }
}
