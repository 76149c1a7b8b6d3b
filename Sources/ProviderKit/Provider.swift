// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A hint provider, written as a Swift value.
///
/// Calls to one provider never overlap. Its stored properties are its books: they are copied when a
/// transaction begins, and the copy is put back when a call fails or the transaction is rolled back.
/// What a reference in them stands for is not undone; change hardware in ``committed()`` alone.
///
/// Throw a ``ProviderError`` to say why a call cannot be done; its reason reaches whoever asked for
/// the pod. Equal histories of calls must give equal answers: no clock, no random numbers, nothing
/// ordered out of a `Dictionary` or `Set`.
public protocol Provider: SendableMetatype {
    /// What it is, readable without making one.
    static var descriptor: ProviderDescriptor { get }

    /// An instance for the settings and the machine of the context.
    init(context: ProviderContext) throws

    /// The resources that it answers for; the same as long as the instance lives.
    var claims: [ResourceClaim] { get }
    /// The resources that it does not answer for but needs to see in requests.
    var observes: [ResourceClaim] { get }

    /// Says, for each claimed resource that the subject asks for, where it could be placed.
    func hints(for request: ResourceRequest) throws -> [ResourceAnswer]
    /// Sets aside, in the books, what the request's container needs; returns all pieces that it then
    /// holds. The container asked about is `request.subject`.
    mutating func prepare(_ request: ResourceRequest, _ placement: Placement) throws -> [Assignment]
    /// Frees, in the books, what a holder has; nothing is fine.
    mutating func release(_ holder: Holder) throws
    /// Learns, before it starts, what an earlier process gave the request's container: its `held`.
    mutating func restore(_ request: ResourceRequest) throws

    /// Ends the restoring; watching of hardware may begin.
    mutating func start() throws
    /// Ends the watching.
    mutating func stop()
    /// The transaction lasts: the place for changes to hardware. A failure leaves it open. Who has books only by
    /// its descriptor has nothing to do then, and is not called.
    mutating func committed() throws
}

extension Provider {
    public var observes: [ResourceClaim] { [] }
    public mutating func start() throws {}
    public mutating func stop() {}
    public mutating func committed() throws {}
}

/// A provider that says what it has, place by place; it is shown to people.
public protocol StockProvider: Provider {
    /// One element for each claimed resource and place, in any order.
    func stock() throws -> [Stock]
}

/// A provider of countable devices that lists them.
public protocol DeviceProvider: Provider {
    /// Every device, in any order.
    func devices() throws -> [ListedDevice]
}

/// A provider whose resource is free again, as far as ordinary init containers held it, as soon as a
/// later container of their pod starts: true of memory, not of CPUs and devices.
public protocol StartObserver: Provider {
    /// A container started.
    mutating func started(_ container: Holder)
}

/// A provider that gives CPUs for exclusive use.
public protocol CPUSetProvider: Provider {
    /// The CPUs on which containers run that have none of their own.
    var sharedCPUs: CPUSet { get }
}

/// A provider of memory that keeps the books of the kubelet's static memory manager policy.
public protocol MemoryStateProvider: Provider {
    /// What the books say of each node, with the types that are claimed, in any order.
    func memoryStates() -> [MemoryState]
    /// Learns, after every ``Provider/restore(_:)``, what an earlier process's books said of a node.
    mutating func restore(_ state: MemoryState) throws
}
