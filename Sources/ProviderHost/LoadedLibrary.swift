// SPDX-License-Identifier: Apache-2.0

package import CNUMAHintsProvider
import CShims
import Glibc
package import NUMACore

/// Opens libraries in this process.
package struct LibraryLoader: ProviderOpener {
    package init() {}

    package func open(_ path: String) throws(NUMAHintsError) -> any ProviderSource {
        try LoadedLibrary(opening: path)
    }
}

/// A provider library in this process.
///
/// It stays open until the process ends: what its entry points to never goes away.
@safe package final class LoadedLibrary: ProviderSource {
    package let path: String
    package let minorVersion: UInt32
    private let entry: UnsafePointer<nh_entry>

    private static let symbol = "numa_hints_entry_v1"
    private typealias Entry = @convention(c) () -> UnsafePointer<nh_entry>?

    /// Opens a library after its file was found trustworthy, and reads what it offers.
    package convenience init(opening path: String) throws(NUMAHintsError) {
        do throws(OpeningProblem) { try self.init(stepwise: path) } catch { throw error.error }
    }

    /// The same, which also says how far it got.
    init(stepwise path: String) throws(OpeningProblem) {
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

    package func descriptor(_ index: Int) -> UnsafePointer<nh_descriptor>? {
        unsafe entry.pointee.descriptor(index)
    }

    package func create(
        _ id: String, _ host: UnsafePointer<nh_host>, _ made: inout UnsafePointer<nh_provider>?
    ) -> nh_status { unsafe entry.pointee.create(id, host, &made) }

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

    private static func problem(_ step: OpeningProblem.Step, _ path: String, _ message: String) -> OpeningProblem {
        OpeningProblem(step, NUMAHintsError(.provider, message, file: path))
    }
}
