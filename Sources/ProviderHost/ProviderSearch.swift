// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc
public import NUMACore

/// Where provider libraries are looked for: the first source that is given, and what the configuration
/// adds.
public struct ProviderSearch: Sendable {
    /// The libraries to open, in order.
    public let libraries: [String]
    /// What was looked through, for people.
    public let source: String

    /// The libraries that this project builds itself, in the order in which the kubelet asks its managers.
    static let own = ["devices", "pci", "sriov", "cpu", "memory", "hugepages"].map { "libnuma-hints-\($0).so" }

    /// What is built beside them and is no provider: the library for agents.
    static let library = "libnumahints.so"

    /// - Parameters:
    ///   - folders: given on the command line.
    ///   - configured: folders that the configuration names.
    ///   - environment: the value of NUMA_HINTS_PROVIDER_PATH, folders joined by colons. Ignored when the
    ///     process has more rights than its user.
    ///   - home: the folder beside which libraries are installed; nil for that of the running program.
    ///   - added: libraries that the configuration names one by one; opened after all others.
    public init(
        folders: [String] = [], configured: [String] = [], environment: String? = nil, added: [String] = [],
        home: String? = nil
    ) throws(NUMAHintsError) {
        let variable = Self.hasRaisedPrivileges ? nil : environment
        let path = (variable ?? "").split(separator: ":").map(String.init)
        if !folders.isEmpty {
            source = "--providers"
            libraries = try Self.libraries(in: folders) + added
        } else if !configured.isEmpty {
            source = "providerPath of the configuration"
            libraries = try Self.libraries(in: configured) + added
        } else if !path.isEmpty {
            source = "NUMA_HINTS_PROVIDER_PATH"
            libraries = try Self.libraries(in: path) + added
        } else {
            let folder = if let home { home } else { try Self.folderOfProgram() }
            let built: [String] = Self.own.map { "\(folder)/\($0)" }.filter { unsafe access($0, F_OK) == 0 }
            source = "the default place"
            libraries = try (built.isEmpty ? Self.installed(besides: folder) : built) + added
        }
    }

    private static func installed(besides folder: String) throws(NUMAHintsError) -> [String] {
        let place = "\(folder)/../lib/numa-hints/providers"
        guard unsafe access(place, F_OK) == 0 else {
            throw NUMAHintsError(
                .provider,
                "no provider library: neither beside the program nor in \(place); give a folder with --providers",
                file: folder)
        }
        return try libraries(in: [place])
    }

    /// Whether the kernel started the process with more rights than its user has.
    private static var hasRaisedPrivileges: Bool { shim_has_raised_privileges() }

    private static func folderOfProgram() throws(NUMAHintsError) -> String {
        guard let path = unsafe realpath("/proc/self/exe", nil) else {
            throw NUMAHintsError(.provider, "cannot be read: \(errorText(errno))", file: "/proc/self/exe")
        }
        defer { unsafe free(path) }
        let program = unsafe String(cString: path)
        return program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "/"
    }

    /// The files whose names end in `.so`, folder by folder, in ascending order of name.
    private static func libraries(in folders: [String]) throws(NUMAHintsError) -> [String] {
        var found: [String] = []
        for folder in folders {
            guard let stream = unsafe opendir(folder) else {
                throw NUMAHintsError(.provider, "cannot be opened: \(errorText(errno))", file: folder)
            }
            defer { unsafe closedir(stream) }
            var names: [String] = []
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: unsafe Array($0).prefix { $0 != 0 }, as: UTF8.self)
                }
                if name.hasSuffix(".so"), name != Self.library { names.append(name) }
            }
            guard !names.isEmpty else {
                throw NUMAHintsError(.provider, "has no provider library (*.so)", file: folder)
            }
            found += names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(folder)/\($0)" }
        }
        return found
    }
}
