// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Testing

@Suite struct ProviderSettingsTests {
    @Test("a kubelet that is told nothing")
    func least() {
        let settings = ProviderSettings.forKubelet(KubeletConfiguration())
        #expect(
            settings.map(\.id) == ["org.numa-hints.cpu", "org.numa-hints.hugepages", "org.numa-hints.memory"])
        #expect(settings[0].json == #"{"options":{},"policy":"none","reservedMillicpus":0}"#)
        #expect(settings[1].json == #"{"policy":"none","reservedMemory":[]}"#)
    }

    @Test("static managers with reservations, and where they are said")
    func whole() throws {
        let kubelet = try KubeletConfiguration.parse(
            KubeletConfigurationTests.header
                + """
                cpuManagerPolicy: static
                cpuManagerPolicyOptions: {strict-cpu-reservation: "false", full-pcpus-only: "1", other: "true"}
                reservedSystemCPUs: 0-1,8
                kubeReserved: {cpu: 100m}
                systemReserved: {cpu: 1500m}
                memoryManagerPolicy: Static
                reservedMemory:
                - {numaNode: 1, limits: {memory: 1Ki, hugepages-2Mi: 2Mi}}
                - {numaNode: 0, limits: {memory: 3}}
                """, file: "k.yaml"
        ).configuration
        let settings = ProviderSettings.forKubelet(kubelet)
        #expect(
            settings[0]
                == ProviderSettings(
                    id: "org.numa-hints.cpu",
                    json: #"{"options":{"full-pcpus-only":true,"strict-cpu-reservation":false},"#
                        + #""policy":"static","reservedCPUs":"0-1,8","reservedMillicpus":1600}"#,
                    file: "k.yaml", line: 3))
        #expect(
            settings[1].json
                == #"{"policy":"static","reservedMemory":[{"bytes":3,"node":0,"resource":"memory"},"#
                + #"{"bytes":2097152,"node":1,"resource":"hugepages-2Mi"},"#
                + #"{"bytes":1024,"node":1,"resource":"memory"}]}"#)
        #expect(settings[2].json == settings[1].json)
        #expect(settings[2].line == 8)
    }
}
