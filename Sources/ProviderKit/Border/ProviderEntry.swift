// SPDX-License-Identifier: Apache-2.0

import BorderMemory
public import CNUMAHintsProvider
import Synchronization

/// Makes what a provider library returns from its one exported function:
///
///     @c @implementation public func numa_hints_entry_v1() -> UnsafePointer<nh_entry> {
///         unsafe ProviderEntry.table(for: CardProvider.self)
///     }
public enum ProviderEntry {
    /// A provider of this library. Sound to send: what the pointer leads to is immutable and never freed.
    @safe private struct Registered: @unchecked Sendable {
        let type: any Provider.Type
        let id: String
        let descriptor: UnsafePointer<nh_descriptor>
        /// Keeps what the descriptor points to.
        let texts: LentMemory
    }

    /// Those of this library, in order; any thread may ask for them.
    private static let registered = Mutex<[Registered]>([])

    // Immutable once made, and never freed: any thread may read it.
    nonisolated(unsafe) private static let entry = unsafe immortal(
        nh_entry(
            struct_size: MemoryLayout<nh_entry>.size, abi_minor: UInt32(NH_ABI_MINOR),
            descriptor: { index in
                unsafe registered.withLock { unsafe $0.indices.contains(index) ? $0[index].descriptor : nil }
            },
            create: { id, host, made in unsafe create(text(id), host, made) }))

    /// The table of a library with these providers. Calling it again is fine.
    public static func table(for types: any Provider.Type...) -> UnsafePointer<nh_entry> {
        for type in types { register(type) }
        return unsafe entry
    }

    private static func register(_ type: any Provider.Type) {
        let about = type.descriptor
        registered.withLock { list in
            if list.contains(where: { $0.id == about.id }) { return }
            let lasting = LentMemory()
            let descriptor = unsafe immortal(
                nh_descriptor(
                    struct_size: MemoryLayout<nh_descriptor>.size, id: lasting.string(about.id),
                    version: lasting.string(about.version), summary: lasting.string(about.summary),
                    flags: (about.hasBooksOnly ? nh_provider_flags(NH_PROVIDER_BOOKS_ONLY) : 0)
                        | (about.yields ? nh_provider_flags(NH_PROVIDER_YIELDS) : 0)))
            unsafe list.append(Registered(type: type, id: about.id, descriptor: descriptor, texts: lasting))
        }
    }

    private static func create(
        _ id: String, _ host: UnsafePointer<nh_host>,
        _ made: UnsafeMutablePointer<UnsafePointer<nh_provider>?>
    ) -> nh_status {
        unsafe ProviderInstance.answer(to: host) {
            let known = registered.withLock { $0.first { $0.id == id }?.type }
            guard let type = known else {
                throw ProviderError(.notFound, "this library has no provider \(id)")
            }
            unsafe made.pointee = unsafe try ProviderInstance(type, host: host).table
        }
    }
}
