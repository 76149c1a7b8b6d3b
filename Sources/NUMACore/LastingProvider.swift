// SPDX-License-Identifier: Apache-2.0

/// A provider whose books are made good again after a restart, and that may change things outside of them.
///
/// Calls come in this order: `restore` of requests, `restore` of states, `start`, all others.
public protocol LastingProvider: HintProvider {
    /// Has no effects outside its books: its commit cannot fail, and needs no preparation that lasts.
    var isBooksOnly: Bool { get }

    /// Ends the restoring: from now on a commit changes what is outside the books too.
    func start() throws(ProviderFailure)
    /// What the books of memory say of each node, in ascending order; empty if it keeps none by node.
    func memoryStates() throws(ProviderFailure) -> [MemoryState]
    /// Learns, after every ``HintProvider/restore(_:)``, what the books of an earlier process said of a node.
    func restore(_ state: MemoryState) throws(ProviderFailure)
    /// The ids of the devices that are there, held or not; nil if it does not list them.
    func deviceIDs() throws(ProviderFailure) -> [ResourceName: Set<String>]?
}
