// SPDX-License-Identifier: Apache-2.0

import CPUProvider
import NUMACore
import ProviderKit
import TestSupport
import Testing

@Suite("CPUProvider")
struct CPUProviderTests {
    /// Two nodes of four cores with two threads each.
    private func provider(_ settings: String = "{}") throws -> CPUProvider {
        let machine = MachineBuilder(nodes: 2, cores: 4, threads: 2).machine
        return try CPUProvider(context: ProviderContext(machine: machine, settings: settings))
    }

    private func cpus(_ pieces: [Assignment]) -> String {
        pieces.reduce(CPUSet()) { sum, piece in
            if case .cpus(let cpus) = piece.piece { sum.union(cpus) } else { sum }
        }.list
    }

    @Test("four CPUs fit on either node")
    func hints() throws {
        let answers = try provider().hints(for: .container([.cpu: 4000]))
        #expect(
            answers.first?.hints == [
                TopologyHint(nodes: [0], isPreferred: true), TopologyHint(nodes: [1], isPreferred: true),
                TopologyHint(nodes: [0, 1], isPreferred: false),
            ])
    }

    @Test(
        "no preference",
        arguments: [(QOSClass.burstable, UInt64(4000)), (.guaranteed, 1500), (.guaranteed, 0)])
    func any(_ qos: QOSClass, _ millicpus: UInt64) throws {
        var provider = try provider()
        let request = ResourceRequest.container([.cpu: millicpus], qos: qos)
        #expect(try provider.hints(for: request) == [ResourceAnswer(.cpu, .any)])
        #expect(try provider.prepare(request, .on([0])) == [])
    }

    @Test("policy none prefers nothing and gives nothing")
    func policyNone() throws {
        var provider = try provider(#"{"policy": "none"}"#)
        let request = ResourceRequest.container([.cpu: 2000])
        #expect(try provider.hints(for: request) == [ResourceAnswer(.cpu, .any)])
        #expect(try provider.prepare(request, .on([0])) == [])
    }

    @Test("CPUs that nobody asks for are not spoken of")
    func silent() throws {
        #expect(try provider().hints(for: .container([.memory: 1])) == [])
    }

    @Test("reserved CPUs count in total and not in free")
    func reserved() throws {
        let provider = try provider(#"{"reservedCPUs": "0-1,8"}"#)
        #expect(provider.stock().map(\.free) == [6000, 7000])
        #expect(provider.stock().map(\.total) == [8000, 8000])
        #expect(
            try provider.hints(for: .container([.cpu: 8000])).first?.hints == [
                TopologyHint(nodes: [0, 1], isPreferred: false)
            ])
    }

    @Test("thousandths are rounded up to whole reserved CPUs")
    func reservedMillicpus() throws {
        #expect(try provider(#"{"reservedMillicpus": 1001}"#).stock().map(\.free) == [6000, 8000])
    }

    @Test("off-line and forbidden CPUs are not used")
    func unusable() throws {
        var machine = MachineBuilder(nodes: 2, cores: 4).machine
        machine.cpus[0].isOnline = false
        machine.cpus[5].isAllowed = false
        var provider = try CPUProvider(context: ProviderContext(machine: machine))
        #expect(provider.stock().map(\.total) == [3000, 3000])
        #expect(cpus(try provider.prepare(.container([.cpu: 4000]), .on([0, 1]))) == "1-4")
    }

    @Test("CPUs are taken inside the affinity, and outside if it is too small")
    func allocation() throws {
        var provider = try provider()
        #expect(cpus(try provider.prepare(.container([.cpu: 3000]), .on([1]))) == "8-10")
        let wide = ResourceRequest.container([.cpu: 7000], pod: "wide")
        #expect(cpus(try provider.prepare(wide, .on([1], preferred: false))) == "0-1,11-15")
        let rest = ResourceRequest.container([.cpu: 2000], pod: "rest")
        #expect(cpus(try provider.prepare(rest, .on(nil))) == "2-3")
    }

    @Test("too few CPUs are refused with the numbers")
    func refusal() throws {
        var provider = try provider()
        _ = try provider.prepare(.container([.cpu: 10000]), .on([0, 1]))
        let request = ResourceRequest.container([.cpu: 8000], pod: "b")
        let text = "needs 8 CPUs, 6 of 16 are free: node 0 has 0 of 8, node 1 has 6 of 8"
        #expect(try provider.hints(for: request).first?.refusal == text)
        #expect { try provider.prepare(request, .on(nil)) } throws: {
            ($0 as? ProviderError) == ProviderError(.exhausted, ($0 as? ProviderError)?.reason ?? Reason(""))
                && "\($0)" == text
        }
    }

    @Test("the CPUs of an init container are taken over")
    func reuse() throws {
        var provider = try provider()
        let containers = [
            ContainerSpec(name: "i", kind: .initialization, requests: [.cpu: 4000]),
            ContainerSpec(name: "a", requests: [.cpu: 2000]),
            ContainerSpec(name: "b", requests: [.cpu: 3000]),
        ]
        #expect(cpus(try provider.prepare(.pod(containers, at: 0), .on([1]))) == "8-11")
        let hints = try provider.hints(for: .pod(containers, at: 1)).first?.hints
        #expect(hints?.first == TopologyHint(nodes: [1], isPreferred: true))
        let first = try provider.prepare(.pod(containers, at: 1), .on([1]))
        #expect(first == [Assignment(.cpu, .cpus([8, 9]), takenFrom: "i")])
        let second = try provider.prepare(.pod(containers, at: 2), .on([1]))
        #expect(
            second == [Assignment(.cpu, .cpus([12])), Assignment(.cpu, .cpus([10, 11]), takenFrom: "i")])
        #expect(try provider.prepare(.pod(containers, at: 2), .on([1])) == second)
        provider.release(Holder(podUID: "pod", container: "i"))
        #expect(provider.stock().map(\.free) == [8000, 3000])
        provider.release(Holder(podUID: "pod"))
        #expect(provider.stock().map(\.free) == [8000, 8000])
    }

    /// A pod, in short, and how many CPUs it needs.
    static let pods: [(pod: [String], need: UInt64)] = [
        (["init 6000", "app 2000", "app 3000"], 6), (["init 4000", "app 2000", "app 3000"], 5),
        (["sidecar 2000", "init 4000", "app 3000"], 6), (["init 4000", "sidecar 2000", "app 1500"], 4),
    ]

    @Test("a pod's need, as Kubernetes counts it", arguments: pods)
    func podScope(_ parts: [String], _ need: UInt64) throws {
        let containers = parts.enumerated().map { place, part in
            let words = part.split(separator: " ").map(String.init)
            return ContainerSpec(
                name: "c\(place)", kind: ContainerSpec.Kind(rawValue: words[0]) ?? .app,
                requests: [.cpu: UInt64(words[1]) ?? 0])
        }
        #expect(try provider().hints(for: .pod(containers)).first?.capacity?.need == need * 1000)
    }

    @Test("what is wanted is given, or refused")
    func wanted() throws {
        var provider = try provider()
        var placement = Placement.on([0])
        placement.wanted = [Assignment(.cpu, .cpus([5, 9]))]
        #expect(cpus(try provider.prepare(.container([.cpu: 3000]), placement)) == "4-5,9")
        #expect(throws: ProviderError.self) {
            try provider.prepare(.container([.cpu: 3000], pod: "b"), placement)
        }
    }

    @Test("a transaction is visible inside, and rolled back")
    func transaction() throws {
        var books = Books(try provider())
        let one = TransactionID(rawValue: 1)
        _ = try books.change(in: one) { try $0.prepare(.container([.cpu: 8000]), .on([0])) }
        #expect(books.current.stock().map(\.free) == [0, 8000])
        try books.change(in: one) { $0.release(Holder(podUID: "pod")) }
        #expect(books.current.stock().map(\.free) == [8000, 8000])
        books.rollback(one)
        #expect(books.current.stock().map(\.free) == [8000, 8000])
        #expect(books.transaction == nil)
    }

    @Test("restored CPUs give the hint where they are")
    func restore() throws {
        var provider = try provider()
        let held = [Assignment(.cpu, .cpus([8, 9]))]
        try provider.restore(.container([.cpu: 2000], held: held))
        #expect(provider.stock().map(\.free) == [8000, 6000])
        let same = try provider.hints(for: .container([.cpu: 2000])).first?.hints
        #expect(same?.first == TopologyHint(nodes: [1], isPreferred: true))
        #expect(same?.count == 2)
        #expect(try provider.hints(for: .container([.cpu: 3000])).first?.refusal != nil)
        #expect(throws: ProviderError.self) {
            try provider.restore(.container([.cpu: 1000], held: [Assignment(.cpu, .cpus([64]))]))
        }
    }

    @Test(
        "settings that cannot be",
        arguments: [
            ("[]", "settings must be an object, found a list"),
            (
                #"{"polcy": "none"}"#,
                "settings has an unknown member \"polcy\"; known are compat, options, policy, reservedCPUs, reservedMillicpus"
            ),
            (
                #"{"policy": "dynamic"}"#,
                #"settings.policy must be "none" or "static", found the string "dynamic""#
            ),
            (#"{"policy": 1}"#, "settings.policy must be a string, found the number 1"),
            (#"{"options": []}"#, "settings.options must be an object, found a list"),
            (
                #"{"options": {"full-pcpus-only": "true"}}"#,
                #"settings.options.full-pcpus-only must be true or false, found the string "true""#
            ),
            (#"{"reservedCPUs": [0]}"#, "settings.reservedCPUs must be a string, found a list"),
            (
                #"{"reservedCPUs": "0-"}"#,
                #"settings.reservedCPUs must be a list such as "0-1,8", found "0-""#
            ),
            (
                #"{"reservedCPUs": "15-17"}"#,
                "settings.reservedCPUs names CPUs that are not there or cannot be used: 16-17"
            ),
            (
                #"{"reservedMillicpus": -1}"#,
                "settings.reservedMillicpus must be a whole number from 0, found the number -1.0"
            ),
            (
                #"{"reservedMillicpus": 17000}"#,
                "settings.reservedMillicpus asks for 17 CPUs, and 16 can be used"
            ),
        ])
    func settings(_ text: String, _ message: String) {
        #expect { try provider(text) } throws: { "\($0)" == message }
    }

    @Test("settings that are no JSON", arguments: ["", "{", #"{"policy": }"#, "nonsense"])
    func noJSON(_ text: String) {
        #expect { try provider(text) } throws: { "\($0)".hasPrefix("settings: not valid JSON: ") }
    }

    @Test("an unknown option is named")
    func option() {
        #expect { try provider(#"{"options": {"fast": true}}"#) } throws: {
            "\($0)".hasPrefix(#"settings.options has an unknown member "fast""#)
        }
    }

    @Test("1,024 nodes, and node numbers with gaps", arguments: [1, 7])
    func manyNodes(_ step: Int) throws {
        var builder = MachineBuilder()
        for place in 0..<1024 { builder.add(node: place * step, cores: 2) }
        let mask = builder.machine.nodeMask
        var provider = try CPUProvider(context: ProviderContext(machine: builder.machine))
        let last = 1023 * step
        let request = ResourceRequest.container([.cpu: 2000], nodes: mask)
        let capacity = try provider.hints(for: request).first?.capacity
        #expect(capacity?.universe == mask)
        #expect(capacity?.pools.count == 1024)
        #expect(cpus(try provider.prepare(request, .on([last]))) == "2046-2047")
        let much = ResourceRequest.container([.cpu: 4_000_000], pod: "b", nodes: mask)
        let reason = try provider.hints(for: much).first?.refusal
        #expect(reason?.hasSuffix("has 2 of 2, 1016 more") == true, "\(reason ?? "")")
    }

    @Test("without a machine there is no provider")
    func noMachine() {
        #expect(throws: ProviderError.self) { try CPUProvider(context: ProviderContext()) }
    }
}
