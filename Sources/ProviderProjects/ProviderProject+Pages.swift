// SPDX-License-Identifier: Apache-2.0

/// What a project has beside its sources.
extension ProviderProject {
    static func page(_ name: ProviderName, _ language: ProviderLanguage) -> String {
        """
        # \(name.id)

        A hint provider for numa-hints: it says on which NUMA nodes \(name.resource) could be placed, and gives them out.
        As it stands it has four, two near to node 0 and two near to node 1. Put yours in their place: begin with
        `\(language.source(name))`.

        Build it, check it against the contract, and ask a host for two:

            ./test.sh

        or step by step:

            mkdir -p providers
            \(language.build(name))
            numa-hints check providers/lib\(name.short).so
            numa-hints explain pod.yaml --machine sim:gpu-8 --providers providers

        The host refuses a library that others could write: the file and every folder above it must belong to you or to
        root. To have it asked beside the host's own providers, name it by `path` in `numa-hints.yaml`.

        \(language.linking(name))

        """
    }

    static func pod(_ name: ProviderName) -> String {
        """
        # Two of them, on one NUMA node.
        apiVersion: v1
        kind: Pod
        metadata:
          name: two
        spec:
          containers:
            - name: main
              image: example.org/image
              resources:
                limits:
                  \(name.resource): 2

        """
    }

    static func test(_ name: ProviderName, _ language: ProviderLanguage) -> String {
        let units = language.unitTests.map { "\($0)\n" } ?? ""
        return """
            #!/bin/sh
            # Builds the library, checks it against the contract, and asks a host for two.
            # NUMA_HINTS: the command, if it is not in the PATH.
            set -eu
            cd "$(dirname "$0")"
            umask 022
            numa_hints="${NUMA_HINTS:-numa-hints}"
            mkdir -p providers
            \(units)\(language.build(name))
            "$numa_hints" check "providers/lib\(name.short).so"
            "$numa_hints" explain pod.yaml --machine sim:gpu-8 --policy single-numa-node --providers providers > providers/said
            cat providers/said
            grep -q 'gets \(name.resource) w0 on node 0, w1 on node 0' providers/said
            echo "\(name.id): fine"

            """
    }
}
