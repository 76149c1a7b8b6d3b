// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Testing

@Suite struct NUMAHintsConfigurationTests {
    private static let header = "apiVersion: numa-hints/v1\n"
    private static func provider(_ text: String) -> String { header + "providers:\n  - {\(text)}\n" }

    @Test("all of it")
    func whole() throws {
        let configuration = try NUMAHintsConfiguration.parse(
            """
            apiVersion: numa-hints/v1
            topology: {policy: restricted, scope: pod}
            providers:
              - path: /opt/vendor/libwidget.so
                id: org.example.widget
                isolation: process
                deadline: 1m30s
                settings:
                  slots: 4
              - path: lib/other.so
                isolation: in-process
                deadline: 500ms
              - id: org.numa-hints.devices
                settings: {devices: [{id: gpu0, resource: vendor.com/gpu, nodes: [0]}]}
            isolation: process
            deadline: 3s
            memory-limit: 1Gi
            on-failure: ignore
            system-calls: few
            user: numa-vendor
            """, file: "/etc/numa-hints/numa-hints.yaml")
        #expect(
            configuration.running
                == .init(
                    isolation: .process, deadline: .seconds(3), memoryLimit: 1 << 30, onFailure: .ignore,
                    systemCalls: .few, user: "numa-vendor"))
        #expect(configuration.policy == "restricted")
        #expect(configuration.scope == "pod")
        let providers = configuration.providers
        #expect(
            providers.map(\.path) == ["/opt/vendor/libwidget.so", "/etc/numa-hints/lib/other.so", nil])
        #expect(providers.map(\.id) == ["org.example.widget", nil, "org.numa-hints.devices"])
        #expect(providers.map(\.running.isolation) == [.process, .inProcess, nil])
        #expect(providers.map(\.running.deadline) == [.seconds(90), .milliseconds(500), nil])
        #expect(providers.map(\.line) == [4, 10, 13])
        #expect(
            configuration.settings == [
                ProviderSettings(
                    id: "org.example.widget", json: #"{"slots":4}"#,
                    file: "/etc/numa-hints/numa-hints.yaml", line: 9),
                ProviderSettings(
                    id: "org.numa-hints.devices",
                    json: #"{"devices":[{"id":"gpu0","nodes":[0],"resource":"vendor.com/gpu"}]}"#,
                    file: "/etc/numa-hints/numa-hints.yaml", line: 14),
            ])
    }

    @Test("nothing but the version; a path beside a file without a folder")
    func least() throws {
        #expect(try NUMAHintsConfiguration.parse(Self.header, file: "n.yaml") == NUMAHintsConfiguration())
        let configuration = try NUMAHintsConfiguration.parse(Self.provider("path: a.so"), file: "n.yaml")
        #expect(configuration.providers.first?.path == "a.so")
    }

    @Test(
        "settings as JSON, typed by the core schema of YAML 1.2",
        arguments: [
            ("1", "1"), ("-1", "-1"), ("+1", "1"), ("007", "7"), ("0", "0"), ("-0", "-0"), ("0x1F", "31"),
            ("0o17", "15"), ("1.50", "1.50"), (".5", "0.5"), ("5.", "5"), ("1e3", "1e3"), ("1.E+3", "1E+3"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
            ("true", "true"), ("False", "false"), ("yes", "\"yes\""), ("on", "\"on\""), ("~", "null"),
            ("Null", "null"), ("", "null"), ("2024-01-31", "\"2024-01-31\""), ("12:30:45", "\"12:30:45\""),
            ("1_000", "\"1_000\""), ("0b1", "\"0b1\""), ("0xZZ", "\"0xZZ\""), ("1e", "\"1e\""),
            ("-", "\"-\""),
            ("'1'", "\"1\""), ("\"true\"", "\"true\""), ("!!str 5", "\"5\""), ("[]", "[]"), ("{}", "{}"),
            ("{b: 1, a: [x, {d: 2, c: 3}], B: 0}", #"{"B":0,"a":["x",{"c":3,"d":2}],"b":1}"#),
            (#""a\"b\\c\n\t\u0001é\/""#, #""a\"b\\c\n\t\u0001é/""#), ("1.2.3.4", "\"1.2.3.4\""),
            ("0000:3b:00.0", "\"0000:3b:00.0\""), (".", "\".\""), ("１", "\"１\""),
        ])
    func json(_ yaml: String, _ json: String) throws {
        let text = Self.header + "providers:\n- id: x\n  settings: {v: \(yaml)}\n"
        let settings = try NUMAHintsConfiguration.parse(text, file: "n.yaml").settings
        #expect(settings.first?.json == "{\"v\":\(json)}")
    }

    @Test(
        "configurations that are refused",
        arguments: [
            BadFile("", line: nil, "the file is empty", "numa-hints/v1"),
            BadFile("x", line: 1, "must be a mapping"),
            BadFile("topology: {}\n", line: 1, "apiVersion must be numa-hints/v1, found nothing"),
            BadFile("apiVersion: v1\n", line: 1, "apiVersion must be numa-hints/v1, found v1"),
            BadFile(header + "provider: []\n", line: 2, "no key \"provider\", did you mean providers?"),
            BadFile(header + "topology: {polcy: none}\n", line: 2, "did you mean policy?", "policy, scope"),
            BadFile(
                header + "topology: {policy: singel-numa-node}\n", line: 2, "did you mean single-numa-node?"),
            BadFile(header + "topology: {scope: ''}\n", line: 2, "scope must not be empty"),
            BadFile(header + "topology: none\n", line: 2, "topology must be a mapping, found \"none\""),
            BadFile(header + "providers: {}\n", line: 2, "providers must be a list"),
            BadFile(
                header + "providers:\n  - a.so\n", line: 3, "a provider must be a mapping, found \"a.so\""),
            BadFile(provider("isolation: process"), line: 3, "needs a path, an id, or both"),
            BadFile(provider("path: a, isolated: true"), line: 3, "no key \"isolated\""),
            BadFile(provider("path: a, isolation: thread"), line: 3, "must be one of in-process, process"),
            BadFile(provider("path: a, system-calls: none"), line: 3, "must be one of all, few"),
            BadFile(provider("path: a, user: ''"), line: 3, "user must"),
            BadFile(provider("path: a, on-failure: retry"), line: 3, "must be one of refuse, ignore"),
            BadFile(
                provider("path: a, memory-limit: 1Mi"), line: 3, "memory-limit must be an amount of at least 128Mi"),
            BadFile(provider("path: a, memory-limit: much"), line: 3, "found \"much\""),
            BadFile(provider("path: a, deadline: 2"), line: 3, "deadline must be a time like 500ms or 2s"),
            BadFile(provider("path: a, deadline: -1s"), line: 3, "deadline must be a time"),
            BadFile(provider("path: a, deadline: 0s"), line: 3, "more than 0 and at most 1h"),
            BadFile(provider("path: a, deadline: 99999999999h"), line: 3, "deadline must be a time"),
            BadFile(provider("path: a, deadline: 2000000000h"), line: 3, "more than 0 and at most 1h"),
            BadFile(provider("id: a, settings: 4"), line: 3, "settings must be a mapping, found \"4\""),
            BadFile(provider("id: a, settings: {x: .inf}"), line: 3, ".inf is no number that JSON knows"),
            BadFile(provider("id: a, settings: {x: -.INF}"), line: 3, "no number that JSON knows"),
            BadFile(
                provider("id: a, settings: {x: 0xFFFFFFFFFFFFFFFFFF}"), line: 3, "larger than 64 bits"),
            BadFile(provider("id: a, settings: {x: 1, x: 2}"), line: 3, "the key \"x\" is given twice"),
            BadFile(header + "providers:\n- id: a\n- id: a\n", line: 4, "the id \"a\"", "line 3"),
            BadFile(header + "providers:\n- path: a\n- path: a\n", line: 4, "the path \"a\"", "line 3"),
            BadFile(provider("path: [a]"), line: 3, "path must be a text, found a list"),
            BadFile(header + "---\n" + header, line: 3, "a second document"),
        ])
    func refused(_ file: BadFile) { file.check { try NUMAHintsConfiguration.parse($0, file: $1) } }
}
