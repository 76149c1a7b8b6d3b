// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMAHints
import ProviderHost
import ProviderIsolation

/// Where providers come from, and what they are told.
struct ProviderOptions: ParsableArguments {
    @Option(
        name: .customLong("providers"), parsing: .singleValue,
        help: ArgumentHelp("Open the provider libraries of this folder alone; may be repeated.", valueName: "dir"))
    var folders: [String] = []

    @Option(
        help: ArgumentHelp(
            "Our own settings (numa-hints.yaml): adds libraries, gives them settings.", valueName: "file"))
    var config: String?

    @Flag(help: "Run every provider in a process of its own, as isolation: process does.")
    var isolate = false

    /// Finds the program that runs providers apart, if any is to run so.
    func isolate(_ settings: inout NodeSettings) throws {
        if isolate { settings.isolation.isolateAll() }
        guard settings.isolation.isNeeded else { return }
        settings.isolation.program = try ChildProgram.find(folder: Environment.value("NUMA_HINTS_LIBEXEC"))
    }

    func search(_ settings: NodeSettings) throws -> ProviderSearch {
        try ProviderSearch(
            folders: folders, configured: settings.providerFolders,
            environment: Environment.value("NUMA_HINTS_PROVIDER_PATH"), added: settings.addedLibraries)
    }
}
