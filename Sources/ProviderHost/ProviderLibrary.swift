// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// A provider library that was opened, with the descriptors of its providers.
struct ProviderLibrary {
    /// What a provider says of itself before an instance of it is made.
    struct Descriptor {
        var id: String
        var version: String
        var summary: String
        /// Has no effects outside its books.
        var isBooksOnly: Bool
        /// Leaves to another provider what both claim.
        var yields: Bool
    }

    let source: any ProviderSource
    let descriptors: [Descriptor]

    var path: String { source.path }
    /// The minor version of the contract that it was built with.
    var minorVersion: UInt32 { source.minorVersion }

    /// Reads what the library offers.
    init(_ source: any ProviderSource) throws(NUMAHintsError) {
        self.source = source
        descriptors = try Self.descriptors(source)
    }

    private static func descriptors(_ source: any ProviderSource) throws(NUMAHintsError) -> [Descriptor] {
        let path = source.path
        var found: [Descriptor] = []
        while let record = unsafe source.descriptor(found.count) {
            let descriptor: Descriptor
            do {
                descriptor = try unsafe self.descriptor(record)
            } catch {
                throw fault(path, "descriptor \(found.count) \(error.text)")
            }
            guard isWellFormed(descriptor.id), !found.contains(where: { $0.id == descriptor.id }) else {
                throw fault(
                    path,
                    "descriptor \(found.count) has the id \"\(BorderRecord.printable(descriptor.id))\"; ids are reverse-DNS, each once"
                )
            }
            found.append(descriptor)
            // An entry that never says NULL would be read for ever.
            if found.count > 256 { throw fault(path, "has more than 256 descriptors") }
        }
        guard !found.isEmpty else { throw fault(path, "offers no provider: descriptor 0 is NULL") }
        return found
    }

    private static func descriptor(_ record: UnsafePointer<nh_descriptor>) throws(BrokenRule) -> Descriptor {
        guard unsafe BorderRecord.has(record, \.flags) else { throw BrokenRule("is too short") }
        let flags = unsafe record.pointee.flags
        return Descriptor(
            id: try unsafe BorderRecord.text(record.pointee.id, "has an id"),
            version: BorderRecord.printable(try unsafe BorderRecord.text(record.pointee.version, "has a version")),
            summary: BorderRecord.printable(try unsafe BorderRecord.text(record.pointee.summary, "has a summary")),
            isBooksOnly: flags & nh_provider_flags(NH_PROVIDER_BOOKS_ONLY) != 0,
            yields: flags & nh_provider_flags(NH_PROVIDER_YIELDS) != 0)
    }

    private static func isWellFormed(_ id: String) -> Bool {
        id.contains(".") && id.utf8.allSatisfy { (0x21...0x7E).contains($0) } && id.utf8.count < 254
    }

    private static func fault(_ path: String, _ message: String) -> NUMAHintsError {
        NUMAHintsError(.provider, message, file: path)
    }
}
