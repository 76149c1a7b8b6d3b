// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Testing

@Suite struct KubeletArgumentsTests {
    /// A kubelet.env as clusters of that time have it: variables, continued lines, empty quotes inside
    /// quotes, flags with a blank before their value.
    private static let environment = """
        KUBE_LOGTOSTDERR="--logtostderr=true"
        KUBE_LOG_LEVEL="--v=2"
        KUBELET_ADDRESS="--node-ip=192.0.2.61"

        # "an unclosed quote in a comment
        KUBELET_ARGS="--bootstrap-kubeconfig=/etc/kubernetes/bootstrap.conf \\
        --config=/etc/kubernetes/kubelet-config.yaml \\
        --enforce-node-allocatable="" \\
        --rotate-certificates \\
        --cgroups-per-qos=False \\
        --runtime-cgroups=/systemd/system.slice --kubelet-cgroups=/systemd/system.slice \\
         --node-labels=   --eviction-hard=""  --kube-reserved cpu=100m --system-reserved cpu=100m \\
        --cpu-manager-policy=static --topology-manager-policy=best-effort  \\
           "
        KUBELET_CLOUDPROVIDER=""

        PATH=/usr/local/bin:/usr/bin
        """

    @Test("a kubelet.env")
    func environment() throws {
        let arguments = try KubeletArguments.parse(Self.environment, file: "kubelet.env")
        let kubelet = arguments.configuration
        #expect(arguments.warnings.isEmpty)
        #expect(arguments.configPath == "/etc/kubernetes/kubelet-config.yaml")
        #expect(kubelet.cpuManagerPolicy == "static")
        #expect(kubelet.topologyManagerPolicy == "best-effort")
        #expect(kubelet.kubeReserved == [.cpu: 100])
        #expect(kubelet.systemReserved == [.cpu: 100])
        #expect(kubelet.evictionHardMemory == .bytes(0))
        #expect(kubelet.startWarnings().isEmpty)
    }

    @Test("all flags, plainly, one a line")
    func plain() throws {
        let arguments = try KubeletArguments.parse(
            """
            /usr/bin/kubelet
            --cpu-manager-policy static
            --cpu-manager-policy-options=full-pcpus-only=true,distribute-cpus-across-numa=true
            --topology-manager-policy='single-numa-node'
            --topology-manager-scope=pod
            --topology-manager-policy-options=max-allowable-numa-nodes=9
            --memory-manager-policy=Static
            --reserved-memory 0:memory=1Gi,hugepages-1Gi=2Gi
            --reserved-memory '1:memory=2Gi;2:memory=3Gi'
            --reserved-cpus=0-1
            --eviction-hard=memory.available<500Mi,nodefs.available<10%
            --feature-gates=A=true --feature-gates B=false
            """, file: "flags")
        let kubelet = arguments.configuration
        #expect(
            kubelet.cpuManagerPolicyOptions.map(\.name) == ["distribute-cpus-across-numa", "full-pcpus-only"])
        #expect(kubelet.topologyManagerPolicy == "single-numa-node")
        #expect(kubelet.topologyManagerScope == "pod")
        #expect(kubelet.maxAllowableNUMANodes == 9)
        #expect(kubelet.reservedMemory.map(\.bytes) == [2 << 30, 1 << 30, 2 << 30, 3 << 30])
        #expect(kubelet.reservedMemory.map(\.node) == [0, 0, 1, 2])
        #expect(kubelet.reservedSystemCPUs?.list == "0-1")
        #expect(kubelet.evictionHardMemory == .bytes(500 << 20))
        #expect(kubelet.featureGates.map(\.name) == ["A", "B"])
        #expect(arguments.configPath == nil)
    }

    @Test("a drop-in of systemd")
    func dropIn() throws {
        let arguments = try KubeletArguments.parse(
            """
            [Service]
            Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
            Environment="KUBELET_EXTRA_ARGS=--cpu-manager-policy=static --reserved-cpus=0"
            ExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS --topology-manager-policy=restricted
            """, file: "10-kubeadm.conf")
        #expect(arguments.configPath == "/var/lib/kubelet/config.yaml")
        #expect(arguments.configuration.cpuManagerPolicy == "static")
        #expect(arguments.configuration.reservedSystemCPUs?.list == "0")
        #expect(arguments.configuration.topologyManagerPolicy == "restricted")
    }

    @Test("flags win over the file, and leave the rest of it")
    func override() throws {
        let file = try KubeletConfiguration.parse(
            KubeletConfigurationTests.header
                + "cpuManagerPolicy: static\ntopologyManagerPolicy: restricted\nevictionHard: {}\n",
            file: "kubelet.yaml")
        let arguments = try KubeletArguments.parse(
            "--topology-manager-policy=none --kube-reserverd=cpu=1", file: "flags", over: file.configuration)
        #expect(arguments.configuration.cpuManagerPolicy == "static")
        #expect(arguments.configuration.topologyManagerPolicy == "none")
        #expect(arguments.configuration.evictionHardMemory == .bytes(0))
        #expect(
            arguments.warnings.map(\.description) == [
                "flags:1: --kube-reserverd is ignored, did you mean --kube-reserved?"
            ])
        #expect(
            arguments.configuration.startWarnings().first?.description.hasPrefix("kubelet.yaml:3: ") == true)
    }

    @Test(
        "arguments that are refused",
        arguments: [
            BadFile("", line: nil, "no flag of a kubelet in it"),
            BadFile("PATH=/bin\n# --cpu-manager-policy=static\n", line: nil, "no flag of a kubelet"),
            BadFile("\nARGS=\"--v=2\n--x=y\n", line: 2, "the quote \" is never closed"),
            BadFile("--v=2\nX='--a\n", line: 2, "the quote ' is never closed"),
            BadFile(
                "--v=2\n--cpu-manager-policy=dynamic\n", line: 2,
                "cpuManagerPolicy must be one of none, static"),
            BadFile("A=\"--v=2 \\\n --topology-manager-scope=node\"", line: 2, "container, pod"),
            BadFile("--cpu-manager-policy\n--v=2", line: 1, "--cpu-manager-policy needs a value"),
            BadFile("--topology-manager-policy", line: 1, "--topology-manager-policy needs a value"),
            BadFile("--kube-reserved=cpu", line: 1, "--kube-reserved: \"cpu\" must be name=value"),
            BadFile("--kube-reserved cpu=100x", line: 1, "cpu: \"100x\" is no quantity"),
            BadFile("--kube-reserved=cpu=1,cpu=2", line: 1, "\"cpu\" is given twice"),
            BadFile("--system-reserved=memory=-1Gi", line: 1, "memory: -1Gi is negative"),
            BadFile("--eviction-hard=memory.available=5%", line: 1, "must be name<value"),
            BadFile("--eviction-hard=memory.available<5x", line: 1, "\"5x\" is no quantity"),
            BadFile("--reserved-memory=memory=1Gi", line: 1, "must be like 0:memory=1Gi"),
            BadFile("--reserved-memory=x:memory=1Gi", line: 1, "numaNode must be a whole number"),
            BadFile("--reserved-memory=0:memory", line: 1, "must be name=value"),
            BadFile("--reserved-cpus=a-b", line: 1, "list of CPUs like 0,2-3"),
            BadFile("--feature-gates=A=maybe", line: 1, "A must be true or false"),
            BadFile("--cpu-manager-policy-options=full-pcpus-only=2", line: 1, "must be true or false"),
            BadFile("--v=2\n\u{0}", line: 2, "byte 0 is not allowed"),
        ])
    func refused(_ file: BadFile) { file.check { try KubeletArguments.parse($0, file: $1) } }
}
