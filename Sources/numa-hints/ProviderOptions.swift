// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMAHints

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

    var source: ProviderSource {
        ProviderSource(
            folders: folders, isIsolated: isolate,
            environment: Environment.values(["NUMA_HINTS_LIBEXEC", "NUMA_HINTS_PROVIDER_PATH"]))
    }
}
