// SPDX-License-Identifier: Apache-2.0

import DevicesProvider
import NUMACore
import ProviderKit
import TestSupport
import Testing

@Suite("DevicesProvider")
struct DevicesProviderTests {
    private let gpu: ResourceName = "nvidia.com/gpu"

    private static let inventory = """
        {"devices": [
          {"id": "gpu-0", "resource": "nvidia.com/gpu", "nodes": [0]},
          {"id": "gpu-1", "resource": "nvidia.com/gpu", "nodes": [0]},
          {"id": "gpu-2", "resource": "nvidia.com/gpu", "nodes": [1]},
          {"id": "gpu-3", "resource": "nvidia.com/gpu", "nodes": [1], "healthy": false},
          {"id": "nic-0", "resource": "acme.io/nic", "nodes": null},
          {"id": "nic-1", "resource": "acme.io/nic", "nodes": []}
        ]}
        """

    private func provider(_ settings: String = inventory) throws -> DevicesProvider {
        let machine = MachineBuilder(nodes: 2, cores: 4).machine
        return try DevicesProvider(context: ProviderContext(machine: machine, settings: settings))
    }

    private func ids(_ pieces: [Assignment]) -> [String] {
        pieces.compactMap { if case .device(let id, _) = $0.piece { id } else { nil } }
    }

    @Test("claims come from the settings")
    func claims() throws {
        #expect(try provider().claims.map(\.pattern) == ["acme.io/nic", "nvidia.com/gpu"])
        #expect(try provider("{}").claims.isEmpty)
    }

    @Test("unhealthy devices count in total, not in free")
    func stock() throws {
        #expect(
            try provider().stock() == [
                Stock("acme.io/nic", locality: .unknown, free: 1, total: 1),
                Stock("acme.io/nic", locality: .any, free: 1, total: 1),
                Stock(gpu, locality: .nodes([0]), free: 2, total: 2),
                Stock(gpu, locality: .nodes([1]), free: 1, total: 2),
            ])
    }

    @Test("devices of every class of pods", arguments: [QOSClass.bestEffort, .burstable, .guaranteed])
    func hints(_ qos: QOSClass) throws {
        let answers = try provider().hints(for: .container([gpu: 2], qos: qos))
        #expect(
            answers.first?.hints == [
                TopologyHint(nodes: [0], isPreferred: true), TopologyHint(nodes: [0, 1], isPreferred: false),
            ])
    }

    @Test("devices that no node is named for have no preference")
    func any() throws {
        #expect(
            try provider().hints(for: .container(["acme.io/nic": 2])) == [ResourceAnswer("acme.io/nic", .any)]
        )
    }

    @Test("too few are refused with places and numbers")
    func refusal() throws {
        var provider = try provider()
        let request = ResourceRequest.container([gpu: 4])
        let text = "node 0 has 2, node 1 has 1 free nvidia.com/gpu, 4 requested"
        #expect(provider.hints(for: request).first?.refusal == text)
        #expect { try provider.prepare(request, .on(nil)) } throws: { "\($0)" == text }
    }

    @Test("aligned first, then the others, ascending by id")
    func order() throws {
        var provider = try provider()
        let pieces = try provider.prepare(.container([gpu: 2]), .on([1], preferred: false))
        #expect(ids(pieces) == ["gpu-0", "gpu-2"])
        #expect(provider.stock().map(\.free) == [1, 1, 1, 0])
        #expect(provider.devices().map(\.isFree) == [false, true, false, true, true, true])
        #expect(ids(try provider.prepare(.container([gpu: 2]), .on([0]))) == ["gpu-0", "gpu-2"])
        #expect(throws: ProviderError.self) { try provider.prepare(.container([gpu: 1]), .on([0])) }
    }

    @Test("an init container's devices are taken over and must be met")
    func reuse() throws {
        var provider = try provider()
        let containers = [
            ContainerSpec(name: "i", kind: .initialization, requests: [gpu: 1]),
            ContainerSpec(name: "a", requests: [gpu: 1]),
        ]
        #expect(ids(try provider.prepare(.pod(containers, at: 0), .on([1]))) == ["gpu-2"])
        #expect(
            provider.hints(for: .pod(containers, at: 1)).first?.hints == [
                TopologyHint(nodes: [1], isPreferred: true), TopologyHint(nodes: [0, 1], isPreferred: false),
            ])
        let pieces = try provider.prepare(.pod(containers, at: 1), .on([0]))
        #expect(pieces == [Assignment(gpu, .device(id: "gpu-2", nodes: [1]), takenFrom: "i")])
        provider.release(Holder(podUID: "pod", container: "i"))
        #expect(provider.stock().map(\.free) == [1, 1, 2, 0])
        provider.release(Holder(podUID: "pod"))
        #expect(provider.stock().map(\.free) == [1, 1, 2, 1])
    }

    @Test("what is wanted is given, or refused")
    func wanted() throws {
        var provider = try provider()
        var placement = Placement.on([0])
        placement.wanted = [Assignment(gpu, .device(id: "gpu-2", nodes: [1]))]
        #expect(ids(try provider.prepare(.container([gpu: 2]), placement)) == ["gpu-0", "gpu-2"])
        placement.wanted = [Assignment(gpu, .device(id: "gpu-3", nodes: [1]))]
        #expect { try provider.prepare(.container([gpu: 1], pod: "b"), placement) } throws: {
            "\($0)" == "the nvidia.com/gpu gpu-3 is wanted, which is not free"
        }
    }

    @Test("a transaction is visible inside, and rolled back")
    func transaction() throws {
        var books = Books(try provider())
        let before = books.current.devices()
        let one = TransactionID(rawValue: 1)
        _ = try books.change(in: one) { try $0.prepare(.container([gpu: 3]), .on(nil)) }
        #expect(books.current.hints(for: .container([gpu: 1], pod: "b")).first?.refusal != nil)
        books.rollback(one)
        #expect(books.current.devices() == before)
    }

    @Test("restored devices are held; those that are gone are named")
    func restore() throws {
        var provider = try provider()
        let held = [Assignment(gpu, .device(id: "gpu-3", nodes: [1]))]
        try provider.restore(.container([gpu: 1], held: held))
        #expect(
            provider.hints(for: .container([gpu: 1])).first?.hints?.first
                == TopologyHint(nodes: [1], isPreferred: true))
        #expect(ids(try provider.prepare(.container([gpu: 1]), .on([0]))) == ["gpu-3"])
        let gone = [Assignment(gpu, .device(id: "gpu-9", nodes: [1]))]
        #expect { try provider.restore(.container([gpu: 1], held: gone)) } throws: {
            "\($0)" == "app holds the nvidia.com/gpu gpu-9, which is no longer there"
        }
    }

    @Test("a group and a path are listed, however the path is written")
    func places() throws {
        let devices = try provider(
            """
            {"devices": [
              {"id": "a", "resource": "x.y/z", "group": "board", "path": ["0000:00:01.0", "0000:1A:00.0"]},
              {"id": "b", "resource": "x.y/z", "path": "0000:00:01.0/0000:1b:00.0"},
              {"id": "c", "resource": "x.y/z", "path": null}
            ]}
            """
        ).devices()
        #expect(devices.map(\.group) == ["board", nil, nil])
        #expect(devices.map(\.path) == ["0000:00:01.0/0000:1a:00.0", "0000:00:01.0/0000:1b:00.0", nil])
    }

    @Test(
        "settings that cannot be",
        arguments: [
            (#"{"device": []}"#, #"settings has an unknown member "device"; known are compat, devices"#),
            (#"{"devices": {}}"#, "settings.devices must be a list, found an object"),
            (#"{"devices": ["gpu"]}"#, #"settings.devices[0] must be an object, found the string "gpu""#),
            (#"{"devices": [{"resource": "a.b/c"}]}"#, #"settings.devices[0] has no "id""#),
            (#"{"devices": [{"id": "x"}]}"#, #"settings.devices[0] has no "resource""#),
            (#"{"devices": [{"id": "", "resource": "a.b/c"}]}"#, "settings.devices[0].id is empty"),
            (
                #"{"devices": [{"id": 7, "resource": "a.b/c"}]}"#,
                "settings.devices[0].id must be a string, found the number 7"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "gpu"}]}"#,
                #"settings.devices[0].resource must be like vendor.com/device, found "gpu""#
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "nodes": 0}]}"#,
                "settings.devices[0].nodes must be a list, found the number 0"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "nodes": [-1]}]}"#,
                "settings.devices[0].nodes[0] must be a whole number from 0 to 65535, found the number -1.0"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "nodes": [2]}]}"#,
                "settings.devices[0].nodes names nodes that are not there: 2"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "healthy": 1}]}"#,
                "settings.devices[0].healthy must be true or false, found the number 1"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c"}, {"id": "x", "resource": "a.b/d"}]}"#,
                #"settings.devices[1].id is "x", which settings.devices[0] has already"#
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "group": ""}]}"#, "settings.devices[0].group is empty"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "path": 17}]}"#,
                "settings.devices[0].path must be a string or a list of strings, found the number 17"
            ),
            (#"{"devices": [{"id": "x", "resource": "a.b/c", "path": []}]}"#, "settings.devices[0].path is empty"),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "path": ["0000:00:01.0", 3]}]}"#,
                "settings.devices[0].path[1] must be a string, found the number 3"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "path": "0000:00:01.0/17:00.0"}]}"#,
                "settings.devices[0].path must have PCI addresses like 0000:17:00.0, from the root port to the device, "
                    + #"found "17:00.0""#
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "path": "0000:00:01.0/0000:00:01.0"}]}"#,
                "settings.devices[0].path has 0000:00:01.0 twice"
            ),
            (
                #"{"devices": [{"id": "x", "resource": "a.b/c", "numa": 1}]}"#,
                #"settings.devices[0] has an unknown member "numa"; known are group, healthy, id, nodes, path, resource"#
            ),
        ])
    func settings(_ text: String, _ message: String) {
        #expect { try provider(text) } throws: { "\($0)" == message }
    }
}
