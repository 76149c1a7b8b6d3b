// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderKit
import SRIOVProvider
import TestSupport
import Testing

@Suite("SRIOVProvider")
struct SRIOVProviderTests {
    private let machine = MachineBuilder(nodes: 2, cores: 4).machine
    private let dpdk: ResourceName = "intel.com/dpdk"

    /// Two cards: ens1f0 on node 0 with four virtual functions, ens2f0 on node 1 with two, which is down.
    private func cards() throws -> PCITree {
        let tree = try PCITree()
        for (bus, interface, state, node, count) in [("18", "ens1f0", "up", 0, 4), ("86", "ens2f0", "down", 1, 2)] {
            let physical = "0000:\(bus):00.0"
            var card = PCITree.Function(physical, vendor: 0x8086, classCode: 0x020000)
            card.device = 0x1592
            card.driver = "ice"
            card.node = node
            card.bridges = ["0000:\(bus == "18" ? "17" : "85"):00.0"]
            card.interfaces = [interface]
            card.state = state
            card.virtualLimit = 8
            try tree.add(card)
            for number in 0..<count {
                try tree.add(virtual(number, of: card, driver: number < 2 ? "vfio-pci" : "iavf"))
            }
        }
        return tree
    }

    private func virtual(_ number: Int, of card: PCITree.Function, driver: String) -> PCITree.Function {
        var function = PCITree.Function(
            "\(card.address.dropLast(4))01.\(number)", vendor: 0x8086, classCode: 0x020000)
        function.device = 0x1889
        function.driver = driver
        function.node = card.node
        function.bridges = card.bridges
        function.physical = (card.address, number)
        if driver == "vfio-pci" { function.iommuGroup = 40 + number }
        return function
    }

    private func provider(
        _ tree: PCITree, _ list: String, more: String = "", log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> SRIOVProvider {
        try SRIOVProvider(
            context: ProviderContext(machine: machine, settings: "{\"resourceList\": \(list)\(more)}", root: tree.root)
            {
                log($1.text)
            })
    }

    private func request(_ count: UInt64, _ resource: ResourceName, uid: String = "u") -> ResourceRequest {
        let container = ContainerSpec(name: "c", requests: [resource: count], limits: [resource: count])
        let pod = PodSpec(uid: uid, name: "p", containers: [container])
        return ResourceRequest(pod: pod, container: 0, candidateNodes: machine.nodeMask, held: [[]])
    }

    private func ids(_ list: String, more: String = "") throws -> [String] {
        try provider(cards(), list, more: more).devices().map { "\($0.resource.rawValue.dropFirst(10)) \($0.id)" }
    }

    @Test("selectors: one or a list; the first pool and the first selector that match have a function")
    func selectors() throws {
        #expect(
            try ids(#"[{"resourceName": "dpdk", "selectors": {"drivers": ["vfio-pci"], "pfNames": ["ens1f0#0-3"]}}]"#)
                == ["dpdk 0000:18:01.0", "dpdk 0000:18:01.1"])
        #expect(
            try ids(
                #"""
                [{"resourceName": "a", "selectors": [{"pfNames": ["ENS1F0#3"]}, {"rootDevices": ["0000:86:00.0#1"]}]},
                 {"resourceName": "b", "selectors": [{"vendors": ["8086"], "devices": ["1889"], "linkTypes": ["ether"]}]}]
                """#) == [
                    "b 0000:18:01.0", "b 0000:18:01.1", "b 0000:18:01.2", "a 0000:18:01.3", "b 0000:86:01.0",
                    "a 0000:86:01.1",
                ])
        #expect(
            try ids(#"[{"resourceName": "a", "selectors": [{"pciAddresses": ["0000:18:01.2"]}]}]"#) == [
                "a 0000:18:01.2"
            ])
        #expect(try ids(#"[{"resourceName": "a", "selectors": [{"linkTypes": ["infiniband"]}]}]"#) == [])
        #expect(try ids(#"[{"resourceName": "a", "selectors": [{"isRdma": true}]}]"#) == [])
        #expect(
            try ids(#"[{"resourceName": "a", "deviceType": "accelerator", "selectors": [{"vendors": ["8086"]}]}]"#)
                == [])
        #expect(try ids(#"[{"resourceName": "a"}]"#) == [])
    }

    @Test("the first of several ranges of one physical function counts")
    func firstRange() throws {
        #expect(
            try ids(#"[{"resourceName": "a", "selectors": [{"pfNames": ["ens1f0#0", "ens1f0#1"]}]}]"#)
                == ["a 0000:18:01.0"])
    }

    @Test("a physical function with virtual ones, and the way of the host itself, are not offered, and that is said")
    func physical() throws {
        let tree = try cards()
        var own = PCITree.Function("0000:19:00.0", vendor: 0x8086, classCode: 0x020000)
        own.interfaces = ["eno1"]
        var spare = PCITree.Function("0000:19:00.1", vendor: 0x8086, classCode: 0x020000)
        spare.interfaces = ["eno2"]
        try tree.add(own)
        try tree.add(spare)
        try tree.write(
            "/proc/net/route",
            """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eno1\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
            eno2\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            """)
        let lines = Lines()
        let provider = try provider(
            tree, #"[{"resourceName": "a", "selectors": {"vendors": ["8086"]}}]"#, log: lines.add)
        #expect(
            provider.devices().map(\.id).filter { $0.hasSuffix("00.0") || $0.hasSuffix("00.1") } == ["0000:19:00.1"])
        #expect(lines.all.contains("0000:18:00.0 is not offered as intel.com/a: it has 4 virtual functions"))
        #expect(
            lines.all.contains(
                "0000:19:00.0 is not offered as intel.com/a: the default route of this machine is by its interface eno1"
            ))
    }

    @Test("virtual functions whose physical one is down are not given, unless settings say so")
    func down() throws {
        let list = #"[{"resourceName": "a", "selectors": {"pfNames": ["ens1f0#0", "ens2f0#0"]}}]"#
        let lines = Lines()
        let provider = try provider(cards(), list, log: lines.add)
        #expect(provider.devices().map(\.isHealthy) == [true, false])
        #expect(
            lines.all == ["0000:86:01.0 is not given to anybody: the interface ens2f0 of its physical function is down"]
        )
        #expect(
            try self.provider(cards(), list, more: ", \"offerDown\": true").devices().map(\.isHealthy) == [true, true])
    }

    @Test("excludeTopology: no preference, and any function will do")
    func excludeTopology() throws {
        var provider = try provider(
            cards(), #"[{"resourceName": "dpdk", "excludeTopology": true, "selectors": {"pfNames": ["ens1f0"]}}]"#)
        #expect(provider.hints(for: request(2, dpdk)).map(\.placement) == [.any])
        let placement = Placement(affinity: TopologyHint(nodes: [1], isPreferred: true))
        #expect(try provider.prepare(request(2, dpdk), placement).count == 2)
    }

    @Test("what a container needs: device nodes, and the variables of the device plugin")
    func needs() throws {
        let tree = try cards()
        try tree.make("\(tree.path(of: "0000:18:01.2"))/infiniband_verbs/uverbs4")
        var provider = try provider(
            tree,
            #"""
            [{"resourceName": "dpdk", "additionalInfo": {"*": {"token": "t"}, "0000:18:01.1": {"token": "own"}},
              "selectors": {"drivers": ["vfio-pci"], "pfNames": ["ens1f0"], "needVhostNet": true}},
             {"resourceName": "rdma", "resourcePrefix": "acme.io", "selectors": {"isRdma": true}}]
            """#)
        let placement = Placement(affinity: TopologyHint(nodes: [0], isPreferred: true))
        let pieces = try provider.prepare(request(2, dpdk), placement)
        #expect(
            pieces.map { $0.attributes.map { "\($0.key) \($0.value)" } } == [
                [
                    "device /dev/net/tun", "device /dev/vfio/40", "device /dev/vfio/vfio", "device /dev/vhost-net",
                    "env PCIDEVICE_INTEL_COM_DPDK=0000:18:01.0,0000:18:01.1",
                    #"env PCIDEVICE_INTEL_COM_DPDK_INFO={"0000:18:01.0":{"extra":{"token":"t"},"#
                        + #""generic":{"deviceID":"0000:18:01.0"},"vfio":{"dev-mount":"/dev/vfio/40","mount":"/dev/vfio/vfio"}},"#
                        + #""0000:18:01.1":{"extra":{"token":"own"},"generic":{"deviceID":"0000:18:01.1"},"#
                        + #""vfio":{"dev-mount":"/dev/vfio/41","mount":"/dev/vfio/vfio"}}}"#,
                ],
                ["device /dev/net/tun", "device /dev/vfio/41", "device /dev/vfio/vfio", "device /dev/vhost-net"],
            ])
        let rdma = try provider.prepare(request(1, "acme.io/rdma", uid: "v"), placement)
        #expect(
            rdma.first?.attributes.prefix(2).map(\.value) == ["/dev/infiniband/rdma_cm", "/dev/infiniband/uverbs4"])
    }

    @Test(
        "sriov_numvfs changes while it runs: new functions come, lost ones go, a held physical one keeps its own back")
    func change() throws {
        let tree = try PCITree()
        var card = PCITree.Function("0000:18:00.0", vendor: 0x8086, classCode: 0x020000)
        card.interfaces = ["ens1f0"]
        card.node = 0
        card.virtualLimit = 8
        try tree.add(card)
        var provider = try provider(
            tree,
            #"[{"resourceName": "vf", "selectors": {"pfNames": ["ens1f0"]}}, {"resourceName": "pf", "selectors": {}}]"#)
        #expect(provider.devices().map { "\($0.resource) \($0.id)" } == ["intel.com/pf 0000:18:00.0"])
        let placement = Placement(affinity: TopologyHint(nodes: [0], isPreferred: true))
        #expect(try provider.prepare(request(1, "intel.com/pf"), placement).count == 1)
        try tree.add(virtual(0, of: card, driver: "vfio-pci"))
        let isNew1 = provider.refresh()
        #expect(isNew1)
        func shown() -> [String] {
            provider.devices().map { "\($0.id) \($0.isHealthy ? "healthy" : "not") \($0.isFree ? "free" : "held")" }
        }
        #expect(shown() == ["0000:18:00.0 not held", "0000:18:01.0 not free"])
        provider.release(Holder(podUID: "u"))
        let isNew2 = provider.refresh()
        #expect(isNew2)
        #expect(shown() == ["0000:18:01.0 healthy free"])
        #expect(try provider.prepare(request(1, "intel.com/vf"), placement).count == 1)
        try tree.remove("0000:18:01.0")
        let isNew3 = provider.refresh()
        #expect(isNew3)
        #expect(shown().contains("0000:18:01.0 not held"))
        let isOld = provider.refresh()
        #expect(!isOld)
    }

    @Test(
        "settings that cannot be are refused in one line",
        arguments: [
            (#"{"resourceList": {}}"#, "settings.resourceList must be a list, found an object"),
            (#"{"resourceList": [{}]}"#, "settings.resourceList[0] has no \"resourceName\""),
            (
                #"{"resourceList": [{"resourceName": "a b"}]}"#,
                "settings.resourceList[0].resourceName must be letters, digits, - and _, found \"a b\""
            ),
            (
                #"{"resourceList": [{"resourceName": "a", "deviceType": "auxNetDevice"}]}"#,
                "settings.resourceList[0].deviceType must be \"netDevice\" or \"accelerator\", found \"auxNetDevice\""
            ),
            (
                #"{"resourceList": [{"resourceName": "a"}, {"resourceName": "a"}]}"#,
                "settings.resourceList[1] is intel.com/a, which settings.resourceList[0] is already"
            ),
            (
                #"{"resourceList": [{"resourceName": "a", "selectors": [{"pfNames": ["ens#3-1"]}]}]}"#,
                "settings.resourceList[0].selectors[0].pfNames[0] must be the name of a physical function, with or without "
                    + "a range like \"ens1f0#0-3,5\", found \"ens#3-1\""
            ),
            (
                #"{"resourceList": [{"resourceName": "a", "selectors": {"isRdma": true, "vdpaType": "vhost"}}]}"#,
                "settings.resourceList[0].selectors has both isRdma and vdpaType: a function is one or the other"
            ),
            (#"{"config": "/nowhere"}"#, "settings.config names /nowhere, which cannot be read"),
            (
                #"{"config": "/a", "resourceList": []}"#,
                "settings has both \"config\" and \"resourceList\": give one"
            ),
        ])
    func refused(settings: String, message: String) throws {
        let error = #expect(throws: ProviderError.self) {
            try SRIOVProvider(context: ProviderContext(machine: machine, settings: settings))
        }
        #expect(error?.reason.text == message)
    }

    @Test("the device plugin's own file is read as it is; what it does not know is said")
    func file() throws {
        let folder = try PrivateFolder()
        let path = folder.url.appendingPathComponent("config.json").path
        try Data(
            #"{"resourceList": [{"resourceName": "a", "selectors": {"vendors": ["8086"], "pfNmaes": ["x"]}}]}"#.utf8
        )
        .write(to: URL(fileURLWithPath: path))
        let lines = Lines()
        let tree = try cards()
        let provider = try SRIOVProvider(
            context: ProviderContext(machine: machine, settings: "{\"config\": \"\(path)\"}", root: tree.root) {
                lines.add($1.text)
            })
        #expect(provider.claims.map(\.pattern) == ["intel.com/a"])
        #expect(lines.all.first == "\(path).resourceList[0].selectors.pfNmaes is not known and counts for nothing")
        try Data("{".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: ProviderError.self) {
            try SRIOVProvider(context: ProviderContext(machine: machine, settings: "{\"config\": \"\(path)\"}"))
        }
        #expect(error?.reason.text.hasPrefix("\(path): not valid JSON") ?? false)
    }

    @Test("broken files of SR-IOV: nothing traps, and the functions of whole cards are offered")
    func fuzz() throws {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let list =
            #"[{"resourceName": "a", "selectors": {"pfNames": ["ens1f0#0-3"]}}, {"resourceName": "b", "selectors": {}}]"#
        for _ in 0..<TestEnvironment.cases(10) {
            let tree = try cards()
            let broken = tree.path(of: "0000:86:00.0")
            let lost = tree.path(of: "0000:86:01.1")
            for (folder, name) in [
                (broken, "sriov_numvfs"), (broken, "sriov_totalvfs"), (broken, "virtfn0"), (broken, "net"),
                (lost, "physfn"),
                (broken, "net/ens2f0/operstate"), (lost, "iommu_group"), (lost, "driver"),
            ] where Bool.random(using: &random) {
                let path = tree.root + "\(folder)/\(name)"
                try? FileManager.default.removeItem(atPath: path)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: try? tree.link("\(folder)/\(name)", to: name)
                case 1: try? tree.link("\(folder)/\(name)", to: "../../../nowhere/\u{1}")
                case 2:
                    try? tree.write(
                        "\(folder)/\(name)", Data((0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }))
                default: break
                }
            }
            let provider = try provider(tree, list)
            let offered = provider.devices().filter { $0.resource == "intel.com/a" }.map(\.id)
            #expect(offered == (0..<4).map { "0000:18:01.\($0)" }, "seed \(TestEnvironment.seed)")
            #expect(provider.devices().allSatisfy { $0.id != "0000:18:00.0" }, "seed \(TestEnvironment.seed)")
        }
    }
}
