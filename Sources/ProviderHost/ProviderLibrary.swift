// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import CShims
import Glibc
package import NUMACore

/// A provider library that was opened, with the descriptors of its providers.
///
/// It stays open until the process ends: what its entry points to never goes away.
@safe package struct ProviderLibrary {
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

    package let path: String
    /// The minor version of the contract that it was built with.
    package let minorVersion: UInt32
    package let descriptors: [Descriptor]
    let entry: UnsafePointer<nh_entry>

    private static let symbol = "numa_hints_entry_v1"
    private typealias Entry = @convention(c) () -> UnsafePointer<nh_entry>?

    /// Opens a library after its file was found trustworthy, and reads what it offers.
    init(opening path: String) throws(NUMAHintsError) {
        do throws(OpeningProblem) {
            try self.init(stepwise: path)
        } catch {
            throw error.error
        }
    }

    /// The same, which also says how far it got.
    package init(stepwise path: String) throws(OpeningProblem) {
        let file = try Self.file(path)
        self.path = file.path
        guard let handle = unsafe dlopen(file.path, RTLD_NOW | RTLD_LOCAL | Int32(RTLD_NODELETE)) else {
            throw Self.problem(.loading, file.path, "cannot be loaded: \(Self.loaderText(file.path))")
        }
        do { try file.checkUnchanged() } catch { throw OpeningProblem(.file, error) }
        guard let symbol = unsafe dlsym(handle, Self.symbol) else {
            throw unsafe Self.problem(.symbol, file.path, Self.missingSymbol(handle))
        }
        // The name of the symbol carries the major version, and with it the type of the function.
        guard let entry = unsafe unsafeBitCast(symbol, to: Entry.self)() else {
            throw Self.problem(.entry, file.path, "\(Self.symbol) gave NULL instead of an entry table")
        }
        unsafe self.entry = entry
        for (name, member) in unsafe [
            ("descriptor", \nh_entry.descriptor as PartialKeyPath<nh_entry>), ("create", \nh_entry.create),
        ]
        where unsafe !BorderRecord.isSet(entry, member) {
            throw Self.problem(.entry, file.path, "its entry table has no \(name)")
        }
        unsafe minorVersion = entry.pointee.abi_minor
        do throws(NUMAHintsError) {
            descriptors = try unsafe Self.descriptors(entry, file.path)
        } catch {
            throw OpeningProblem(.descriptors, error)
        }
    }

    /// Fails if the file is no library that a host would open; nothing of it is run.
    package static func checkFile(_ path: String) throws(NUMAHintsError) {
        do throws(OpeningProblem) { _ = try file(path) } catch { throw error.error }
    }

    private static func file(_ path: String) throws(OpeningProblem) -> TrustedFile {
        let file: TrustedFile
        do { file = try TrustedFile(checking: path) } catch { throw OpeningProblem(.file, error) }
        if let problem = unsafe shim_library_problem(file.path) {
            throw Self.problem(.file, file.path, unsafe String(cString: problem))
        }
        return file
    }

    private static func problem(_ step: OpeningProblem.Step, _ path: String, _ message: String) -> OpeningProblem {
        OpeningProblem(step, fault(path, message))
    }

    static func descriptors(_ entry: UnsafePointer<nh_entry>, _ path: String) throws(NUMAHintsError)
        -> [Descriptor]
    {
        var found: [Descriptor] = []
        while let record = unsafe entry.pointee.descriptor(found.count) {
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

    /// What is wrong with a library that lacks the symbol: another major version, or no provider at all.
    private static func missingSymbol(_ handle: UnsafeMutableRawPointer) -> String {
        for major in 0..<100 where unsafe major != 1 && dlsym(handle, "numa_hints_entry_v\(major)") != nil {
            return
                "is a provider of the contract's major version \(major), this host needs version 1 (\(symbol))"
        }
        return "is no provider: it exports no \(symbol)"
    }

    /// What the dynamic loader says, without the path that it begins with.
    private static func loaderText(_ path: String) -> String {
        let text = unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given"
        return text.hasPrefix("\(path): ") ? String(text.dropFirst(path.count + 2)) : text
    }

    private static func fault(_ path: String, _ message: String) -> NUMAHintsError {
        NUMAHintsError(.provider, message, file: path)
    }
}
