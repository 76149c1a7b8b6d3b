// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
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

/// What the process was told by its environment: read here, and handed on as arguments.
enum Environment {
    static func value(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }
}
