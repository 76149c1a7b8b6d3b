// SPDX-License-Identifier: Apache-2.0

package import CNUMAHintsProvider
package import NUMACore

/// Opens provider libraries.
package protocol ProviderOpener {
    func open(_ path: String) throws(NUMAHintsError) -> any ProviderSource
}

/// Where the tables of a library's providers come from: the library itself, in this process, or something that stands
/// for it. Whatever it gives is held against the contract.
package protocol ProviderSource: AnyObject {
    /// The library, without links.
    var path: String { get }
    /// The minor version of the contract that it was built with.
    var minorVersion: UInt32 { get }

    /// As nh_entry.descriptor.
    func descriptor(_ index: Int) -> UnsafePointer<nh_descriptor>?

    /// As nh_entry.create.
    func create(
        _ id: String, _ host: UnsafePointer<nh_host>, _ made: inout UnsafePointer<nh_provider>?
    ) -> nh_status

    /// How the process of an instance fares; nil where it runs in this one.
    func isolation(of table: UnsafePointer<nh_provider>) -> IsolationState?

    /// Whether ``given(_:to:)`` is to be called.
    var hearsGiven: Bool { get }

    /// Hears what the request's container was given, of all that the instance is shown.
    func given(_ request: UnsafePointer<nh_request>, to table: UnsafePointer<nh_provider>)

    /// Whether the host goes on without the provider `id` where its process ends.
    func ignoresFailures(of id: String) -> Bool
}

extension ProviderSource {
    package func isolation(of table: UnsafePointer<nh_provider>) -> IsolationState? { nil }
    package var hearsGiven: Bool { false }
    package func given(_ request: UnsafePointer<nh_request>, to table: UnsafePointer<nh_provider>) {}
    package func ignoresFailures(of id: String) -> Bool { false }
}

/// How the process fares in which a provider runs apart from its host.
public struct IsolationState: Hashable, Sendable {
    /// Its process id; nil if there is none.
    public var process: Int32?
    /// How often it was started again.
    public var restarts: Int
    /// It failed too often in a row, and is not started again.
    public var isQuarantined: Bool
    /// What became of it, a sentence each, the last ones.
    public var faults: [String]

    public init(process: Int32? = nil, restarts: Int = 0, isQuarantined: Bool = false, faults: [String] = []) {
        self.process = process
        self.restarts = restarts
        self.isQuarantined = isQuarantined
        self.faults = faults
    }
}
