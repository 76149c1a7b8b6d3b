// SPDX-License-Identifier: Apache-2.0

package import ProviderHost
import ProviderIsolation

/// Where providers come from.
package struct ProviderSource: Sendable {
    /// Their libraries alone are opened; with none, those that settings and environment name, or that are installed.
    package var folders: [String]
    /// Run every provider in a process of its own.
    package var isIsolated: Bool
    /// `NUMA_HINTS_PROVIDER_PATH` and `NUMA_HINTS_LIBEXEC` are read of it.
    package var environment: [String: String]
    /// The folder of ours beside which providers and their program are installed; nil for that of the running program.
    package var home: String?

    package init(
        folders: [String] = [], isIsolated: Bool = false, environment: [String: String] = [:], home: String? = nil
    ) {
        self.folders = folders
        self.isIsolated = isIsolated
        self.environment = environment
        self.home = home
    }

    /// Finds the program that runs providers apart, if any is to run so.
    package func isolate(_ settings: inout NodeSettings) throws {
        if isIsolated { settings.isolation.isolateAll() }
        guard settings.isolation.isNeeded else { return }
        settings.isolation.program = try ChildProgram.find(folder: environment["NUMA_HINTS_LIBEXEC"], home: home)
    }

    package func search(_ settings: NodeSettings) throws -> ProviderSearch {
        try ProviderSearch(
            folders: folders, configured: settings.providerFolders,
            environment: environment["NUMA_HINTS_PROVIDER_PATH"], added: settings.addedLibraries, home: home)
    }
}
