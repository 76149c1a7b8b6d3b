// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints providers`, as a person runs it.
@Suite("providers")
struct ProvidersCommandTests {
    static let machine = "Examples/machines/two-socket.xml"

    @Test("our own libraries are loaded by default, in the kubelet's order")
    func own() throws {
        let result = try numaHints("providers", "--machine", Self.machine, "-o", "json")
        #expect(result.status == 0, "\(result.all)")
        let ids = try (0..<6).map { try ExplainCommandTests.value(result.output, "loaded", $0, "id") as? String }
        #expect(ids == ["devices", "pci", "sriov", "cpu", "memory", "hugepages"].map { "org.numa-hints.\($0)" })
        #expect(try ExplainCommandTests.value(result.output, "loaded", 5, "claims", 0) as? String == "hugepages-*")
    }

    @Test("who yields leaves a resource to another provider that claims it too, and that is shown")
    func yields() throws {
        let folder = try PrivateFolder()
        let config = folder.url.appendingPathComponent("numa-hints.yaml")
        try Data(
            """
            apiVersion: numa-hints/v1
            providers:
              - id: org.numa-hints.pci
                settings: {rules: [{resource: example.org/a, classes: ["02"]}, {resource: example.org/b, classes: ["01"]}]}
              - id: org.numa-hints.devices
                settings: {devices: [{id: x, resource: example.org/a, nodes: [1]}]}
            """.utf8
        ).write(to: config)
        let shown = try numaHints("providers", "--machine", Self.machine, "--config", config.path)
        #expect(shown.status == 0, "\(shown.all)")
        #expect(shown.output.contains("claims   example.org/a\n"), "\(shown.all)")
        #expect(shown.output.contains("leaves   example.org/a to org.numa-hints.devices\n"), "\(shown.all)")
        let explained = try numaHints(
            "explain", "-", "--machine", Self.machine, "--config", config.path,
            input: ExplainCommandTests.pod("cpu: 1, memory: 1Gi, example.org/a: 1"))
        #expect(explained.output.contains("admitted on node 1"), "\(explained.all)")
    }

    @Test("a folder given is used alone, and the vendor's provider in C works")
    func widget() throws {
        let widget = try CompiledLibrary(
            "libwidget.so", compiling: TestEnvironment.root.appendingPathComponent("Examples/widget-c/widget.c"))
        let result = try numaHints("providers", "--machine", Self.machine, "--providers", widget.folder.path)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("claims   example.org/widget"), "\(result.all)")
        #expect(!result.output.contains("org.numa-hints.cpu"))
        let explained = try numaHints(
            "explain", "-", "--machine", Self.machine, "--providers", widget.folder.path, "--policy",
            "single-numa-node", input: ExplainCommandTests.pod("example.org/widget: 2"))
        #expect(explained.status == 0, "\(explained.all)")
        #expect(explained.output.contains("example.org/widget w0 on node 0, w1 on node 0"), "\(explained.all)")
        let refused = try numaHints(
            "explain", "-", "--machine", Self.machine, "--providers", widget.folder.path, "--policy",
            "single-numa-node", input: ExplainCommandTests.pod("example.org/widget: 3"))
        #expect(refused.status == 1, "\(refused.all)")
        #expect(refused.output.contains("example.org/widget: node 0 has 2 of 2 free, node 1 has 2 of 2, 3 requested"))
    }

    @Test("the variable names folders, and what is refused is told in one line with exit code 3")
    func refused() throws {
        let folder = try PrivateFolder()
        try Data("no library".utf8).write(to: folder.url.appendingPathComponent("broken.so"))
        let result = try numaHints(
            "providers", "--machine", Self.machine, environment: ["NUMA_HINTS_PROVIDER_PATH": folder.url.path])
        #expect(result.status == 3)
        #expect(result.output.contains("broken.so: is no shared library: it has no ELF header"), "\(result.all)")
        let explained = try numaHints(
            "explain", "Examples/pods/dpdk.yaml", "--machine", Self.machine, "--providers", folder.url.path)
        #expect(explained.status == 3)
        #expect(explained.errors.split(separator: "\n").count == 1, "\(explained.all)")
    }

    @Test("settings that a provider does not take are told with the file and line that they come from")
    func brokenSettings() throws {
        let folder = try PrivateFolder()
        let config = folder.url.appendingPathComponent("numa-hints.yaml")
        try Data(
            """
            apiVersion: numa-hints/v1
            providers:
              - id: org.numa-hints.devices
                settings: {devices: [{id: gpu-0, resource: gpu, nodes: [0]}]}
              - id: org.example.absent
                settings: {}
            """.utf8
        ).write(to: config)
        let result = try numaHints("providers", "--machine", Self.machine, "--config", config.path)
        #expect(result.status == 3, "\(result.all)")
        #expect(result.output.contains("\(config.path):4: org.numa-hints.devices: create failed: "), "\(result.all)")
        #expect(
            result.errors.contains("numa-hints.yaml:6: no provider org.example.absent is loaded for these settings"),
            "\(result.all)")
    }

    @Test("a library that a configuration names and nobody finds is told with its line")
    func missingLibrary() throws {
        let folder = try PrivateFolder()
        let config = folder.url.appendingPathComponent("numa-hints.yaml")
        let text = "apiVersion: numa-hints/v1\nproviders:\n  - path: nosuch.so\n"
        try Data(text.utf8).write(to: config)
        let result = try numaHints("providers", "--machine", Self.machine, "--config", config.path)
        #expect(result.status == 3, "\(result.all)")
        #expect(result.output.contains("\(config.path):3: "), "\(result.all)")
        #expect(result.output.contains("nosuch.so: cannot be opened"), "\(result.all)")
    }

    @Test("isolation: process runs the provider apart, and says so")
    func isolation() throws {
        let folder = try PrivateFolder()
        let config = folder.url.appendingPathComponent("numa-hints.yaml")
        let text = "apiVersion: numa-hints/v1\nproviders:\n  - {id: org.numa-hints.cpu, isolation: process}\n"
        try Data(text.utf8).write(to: config)
        let result = try numaHints("providers", "--machine", Self.machine, "--config", config.path)
        #expect(result.status == 0, "\(result.all)")
        let places = result.output.components(separatedBy: "runs     in a process of its own")
        #expect(places.count == 2 && places[0].contains("org.numa-hints.cpu"), "\(result.all)")
        let all = try numaHints("providers", "--machine", Self.machine, "--isolate")
        #expect(all.output.components(separatedBy: "runs     in a process of its own").count == 7, "\(all.all)")
    }

    @Test("a provider that crashes in its own process is shown with its fault, and refuses pods in one sentence")
    func crash() throws {
        let library = try CompiledLibrary(compiling: TestEnvironment.root.appendingPathComponent("Tests/ABI/chaos.c"))
        let config = library.folder.appendingPathComponent("numa-hints.yaml")
        func result(_ settings: String, _ words: [String], input: Data = Data()) throws -> CommandResult {
            let text = """
                apiVersion: numa-hints/v1
                isolation: process
                providers:
                  - {path: \(library.url.path), id: org.example.chaos, settings: \(settings)}
                """
            try Data(text.utf8).write(to: config)
            return try numaHints(words + ["--machine", Self.machine, "--config", config.path], input: input)
        }
        let shown = try result("{call: stock, fault: segv}", ["providers"])
        #expect(shown.status == 0, "\(shown.all)")
        #expect(shown.output.contains("runs     in a process of its own, started again once\n"), "\(shown.all)")
        #expect(shown.output.contains("fault    killed by SIGSEGV in stock; started again (1 of 3); "), "\(shown.all)")
        let refused = try result("{call: create, fault: exit}", ["providers"])
        #expect(refused.status == 3)
        #expect(
            refused.output.contains("org.example.chaos: create failed: exited with status 3 in create"),
            "\(refused.all)")
    }

    @Test("without its program isolation is refused in one line")
    func missingProgram() throws {
        let result = try numaHints(
            "providers", "--machine", Self.machine, "--isolate", environment: ["NUMA_HINTS_LIBEXEC": "/nosuch"])
        #expect(result.status == 3)
        #expect(
            result.errors.contains("needs the program numa-hints-provider, which is not in /nosuch"), "\(result.all)")
    }
}
