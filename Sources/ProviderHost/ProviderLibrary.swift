// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// A provider library that was opened, with the descriptors of its providers.
package struct ProviderLibrary {
    /// What a provider says of itself before an instance of it is made.
    package struct Descriptor: Hashable, Sendable {
        package var id: String
        package var version: String
        package var summary: String
        /// Version and summary are one line each, as they are given.
        package var isOneLine: Bool
        /// Has no effects outside its books.
        package var isBooksOnly: Bool
        /// Leaves to another provider what both claim.
        package var yields: Bool
    }

    let source: any ProviderSource
    package let descriptors: [Descriptor]

    package var path: String { source.path }
    /// The minor version of the contract that it was built with.
    package var minorVersion: UInt32 { source.minorVersion }

    /// Reads what the library offers.
    init(_ source: any ProviderSource) throws(NUMAHintsError) {
        self.source = source
        descriptors = try Self.descriptors(source)
    }

    /// Opens a library in this process, and says how far it got where it cannot.
    package init(stepwise path: String) throws(OpeningProblem) {
        source = try LoadedLibrary(stepwise: path)
        do throws(NUMAHintsError) {
            descriptors = try Self.descriptors(source)
        } catch {
            throw OpeningProblem(.descriptors, error)
        }
    }

    static func descriptors(_ source: any ProviderSource) throws(NUMAHintsError) -> [Descriptor] {
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
        let version = try unsafe BorderRecord.text(record.pointee.version, "has a version")
        let summary = try unsafe BorderRecord.text(record.pointee.summary, "has a summary")
        let (shownVersion, shownSummary) = (BorderRecord.printable(version), BorderRecord.printable(summary))
        return Descriptor(
            id: try unsafe BorderRecord.text(record.pointee.id, "has an id"), version: shownVersion,
            summary: shownSummary, isOneLine: version == shownVersion && summary == shownSummary,
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
