// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

/// A request as a provider is shown it, with what it is to answer for.
@safe final class LentRequest {
    private let request: ResourceRequest
    let candidateNodes: NUMANodeMask
    /// The claimed resources that the subject asks for; of a whole pod, those that any container asks for.
    let expected: [ResourceName]
    /// What the record consists of.
    let memory: LentMemory
    private let record: UnsafePointer<nh_request>

    /// - Parameter view: what the provider claims and is shown; it is shown no other resources.
    init(_ request: ResourceRequest, memory: LentMemory, _ view: ResourceView) {
        self.request = request
        candidateNodes = request.candidateNodes
        self.memory = memory
        expected = view.expected(of: request)
        unsafe record = memory.request(request, view)
    }

    func shows(_ other: ResourceRequest) -> Bool { request == other }

    /// Runs a call with the record, which is lent until the call is over.
    func lend<Result>(_ call: (UnsafePointer<nh_request>) -> Result) -> Result {
        withExtendedLifetime(self) { unsafe call(record) }
    }
}
