// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMAHints
import ProviderHost

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

    func search(_ settings: NodeSettings) throws -> ProviderSearch {
        try ProviderSearch(
            folders: folders, configured: settings.providerFolders,
            environment: Environment.value("NUMA_HINTS_PROVIDER_PATH"), added: settings.addedLibraries)
    }
}
