// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import Foundation
import HintMerge
import NUMACore
import Presentation
import TestSupport
import Testing

/// Pages and pictures: well-formed, alone, and true to what they show.
@Suite("Pictures")
struct PictureTests {
    /// Names that try to become markup, in as many ways as there are.
    static let evil = [
        "<script>alert(1)</script>", "\"&'", "\"><img src=x onerror=alert(1)>", "]]>", "--><b>", "&lt;", "</style>",
        "a\u{0}b\u{1b}[31m", "\u{202e}txt", "javascript:alert(1)",
    ]

    static func explanation(
        nodes: Int = 2, need: UInt64 = 2, policy: Policy = .singleNUMANode, name: String = "web",
        resource: ResourceName = "x/gpu", residents: [PodHoldings] = [], on machine: Machine? = nil
    ) -> Explanation {
        let totals = Dictionary(uniqueKeysWithValues: (0..<nodes).map { ($0, UInt64(2)) })
        var settings = AdmissionSettings(scope: .pod, merge: MergeOptions(policy: policy))
        settings.notesStock = true
        var admission = PodAdmission(
            nodes: NUMANodeMask(0..<nodes), distances: nil, providers: [FakeProvider(resource, totals)],
            settings: settings)
        let container = ContainerSpec(name: name, requests: [resource: need])
        let trace = admission.admit(PodSpec(uid: "u", namespace: "ns", name: name, containers: [container]))
        var explanation = Explanation(trace)
        explanation.name(residents, on: machine ?? MachineBuilder(nodes: nodes, cores: 4).machine)
        return explanation
    }

    static func page(_ explanations: [Explanation], nodes: Int = 2, warnings: [String] = []) -> String {
        ExplanationPage(
            explanations, on: MachineBuilder(nodes: nodes, cores: 4, threads: 2).machine, source: "m.xml",
            warnings: warnings
        ).text
    }

    static func device(_ address: String, node: Int, path: [String], vendor: UInt16 = 0x10de) -> Device {
        Device(
            address: address, classCode: 0x030200, vendor: vendor, device: 0x20b5, locality: .nodes([node]),
            path: path + [address])
    }

    // MARK: What is shown

    @Test("a refused pod: verdict, sentence, holders, changes, the node that is short, the hints")
    func refused() {
        let spec = PodSpec(
            uid: "o", namespace: "shop", name: "cache",
            containers: [ContainerSpec(name: "app", requests: ["x/gpu": 1])])
        let holder = PodHoldings(spec, pieces: [[Assignment("x/gpu", .device(id: "g0", nodes: [0]))]])
        var explanation = Self.explanation(need: 3, residents: [holder])
        explanation.changes = [
            Change(.policy(.bestEffort), admitted: Self.explanation(need: 3, policy: .bestEffort).trace)
        ]
        let page = Self.page([explanation], warnings: ["the moon is full"])
        let found = XMLCheck(page)
        #expect(found.isWellFormed)
        for words in [
            "✕ Refused", "pod ns/web", "no single node is enough.", "TopologyAffinityError", "✕ x/gpu short",
            "shop/cache/app", "x/gpu g0", "under policy best-effort", "3", "✕ 2 of 2", "no mask", "the moon is full",
        ] {
            #expect(found.words.contains(words), "\(words) is missing")
        }
        #expect(page.components(separatedBy: "node is-short").count == 3)
    }

    @Test("an admitted pod: the node that was chosen, and each node's part of the hints with its preference")
    func admitted() {
        let page = Self.page([Self.explanation()])
        let found = XMLCheck(page)
        #expect(found.isWellFormed)
        for words in ["✓ Admitted", "on node 0", "✓ chosen", "● *", "{0-1}", "merged: {0}, preferred"] {
            #expect(found.words.contains(words), "\(words) is missing")
        }
        #expect(page.components(separatedBy: "node is-chosen").count == 2 && !page.contains("is-short\""))
        #expect(page.contains("2 of 2 free, 2 for this pod"))
    }

    @Test("a pod that is not aligned says so by sign and words")
    func notAligned() {
        var admission = PodAdmission(
            nodes: [0, 1], distances: nil,
            providers: [FakeProvider("x/a", [0: 2, 1: 2]), FakeProvider("x/b", [0: 1])],
            settings: AdmissionSettings(scope: .pod, merge: MergeOptions(policy: .bestEffort)))
        let container = ContainerSpec(name: "app", requests: ["x/a": 3, "x/b": 1])
        let trace = admission.admit(PodSpec(uid: "u", namespace: "ns", name: "web", containers: [container]))
        let found = XMLCheck(Self.page([Explanation(trace)]))
        #expect(found.words.contains("▲ Admitted") && found.words.contains("not aligned"), "\(found.words)")
        #expect(found.words.contains("Not aligned: "))
    }

    @Test("several pods have a list that leads to each")
    func several() {
        let found = XMLCheck(Self.page([Self.explanation(), Self.explanation(need: 3)]))
        #expect(found.isWellFormed && found.words.contains("2 pods: 1 admitted, 1 refused"))
        #expect(found.links == ["#pod-1", "#pod-2"])
    }

    @Test("CPUs of one core that are not alike have a sign each")
    func cores() {
        let machine = MachineBuilder(nodes: 1, cores: 3, threads: 2).machine
        let spec = PodSpec(uid: "o", name: "o", containers: [ContainerSpec(name: "app", requests: ["cpu": 3000])])
        let holder = PodHoldings(spec, pieces: [[Assignment(.cpu, .cpus([0, 1, 2]))]])
        let explanation = Self.explanation(nodes: 1, residents: [holder], on: machine)
        let text = ExplanationPage([explanation], on: machine, source: "m").text
        for label in [">0 1 ×<", ">2× 3<", ">4 5<"] { #expect(text.contains(label), "\(label)") }
    }

    @Test("a bridge that several devices share stands once, and one that has one thing below it not alone")
    func bridges() {
        var machine = MachineBuilder(nodes: 1, cores: 2).machine
        machine.devices = [
            Self.device("0000:03:00.0", node: 0, path: ["0000:00:01.0", "0000:01:00.0", "0000:02:00.0"]),
            Self.device("0000:04:00.0", node: 0, path: ["0000:00:01.0", "0000:01:00.0", "0000:02:01.0"]),
        ]
        let text = MachinePage(machine, source: "m").text
        #expect(text.contains("00:01.0 › 01:00.0") && text.components(separatedBy: "00:01.0").count == 2, "\(text)")
    }

    @Test("a tree of bridges that is no tree is drawn too")
    func deep() {
        var machine = MachineBuilder(nodes: 1, cores: 2).machine
        let path = (0..<100_000).map { "0000:00:\($0)" }
        machine.devices = [Self.device("0000:03:00.0", node: 0, path: path)]
        #expect(XMLCheck(MachinePage(machine, source: "m").text).isWellFormed)
    }

    // MARK: What must never be

    @Test("no name becomes markup", arguments: evil)
    func escaped(name: String) {
        var machine = MachineBuilder(nodes: 2, cores: 2).machine
        machine.nodes[0].memoryKind = name
        machine.devices = [Self.device(name, node: 0, path: [name, "b"])]
        machine.devices[0].driver = name
        let spec = PodSpec(
            uid: name, namespace: name, name: name, containers: [ContainerSpec(name: name, requests: ["x/gpu": 1])])
        let holder = PodHoldings(
            spec,
            pieces: [[Assignment(ResourceName(name), .device(id: name, nodes: [0])), Assignment(.cpu, .cpus([0]))]])
        let plain = Self.explanation(need: 3, residents: [holder], on: machine)
        let odd = Self.explanation(need: 3, name: name, resource: ResourceName(name), residents: [holder], on: machine)
        let pages = [
            ExplanationPage([odd, plain], on: machine, source: name, warnings: [name]).text,
            MachinePage(machine, source: name).text, MachineDrawing(machine, source: name).text,
        ]
        let known: Set = [
            "a", "article", "b", "body", "code", "dd", "desc", "details", "div", "dl", "dt", "g", "h1", "h2", "h3",
            "head", "header", "html", "li", "main", "meta", "nav", "ol", "p", "rect", "section", "span", "style",
            "summary", "svg", "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ul",
        ]
        for page in pages {
            let found = XMLCheck(page)
            #expect(found.isWellFormed, "\(page)")
            #expect(Set(found.elements.keys).subtracting(known).isEmpty)
            #expect(!found.attributes.contains { $0.hasPrefix("on") || $0 == "src" })
            #expect(found.links.allSatisfy { $0.hasPrefix("#pod-") })
            #expect(found.elements["style"] == 1)
        }
        // What can be shown is shown as it is.
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202e }
        if isPlain { #expect(XMLCheck(pages[0]).words.contains("\(name)/\(name)/\(name)")) }
    }

    @Test("a page needs nothing beside itself")
    func alone() {
        let machine = MachineBuilder(nodes: 2, cores: 2).machine
        for text in [Self.page([Self.explanation()]), MachinePage(machine, source: "m").text] {
            for word in ["http:", "https:", "url(", "@import", "<script", "<link", "<img"] {
                #expect(!text.contains(word), "\(word)")
            }
            #expect(text.contains("default-src 'none'") || text.contains("default-src &#39;none&#39;"))
        }
        let drawing = MachineDrawing(machine, source: "m").text.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!drawing.contains("http") && !drawing.contains("url("))
    }

    @Test("equal inputs give equal bytes")
    func equal() {
        let first = (0..<2).map { _ in Self.page([Self.explanation(need: 3), Self.explanation()]) }
        #expect(first[0] == first[1])
    }

    // MARK: Many

    @Test("64 nodes of 64 CPUs stay small and say all of them")
    func manyNodes() {
        let machine = MachineBuilder(nodes: 64, cores: 32, threads: 2).machine
        let explained = ExplanationPage([Self.explanation(nodes: 64)], on: machine, source: "m").text
        #expect(explained.utf8.count < 150_000, "\(explained.utf8.count) bytes")
        // Nodes of which all is the same share a column; of those after the last mask that is listed nothing is said.
        #expect(explained.contains("not listed") && explained.contains("nodes 15-63"))
        let page = MachinePage(machine, source: "m").text
        let drawing = MachineDrawing(machine, source: "m").text
        #expect(page.utf8.count < 80_000 && drawing.utf8.count < 60_000)
        for id in 0..<64 {
            #expect(page.contains(">node \(id)<") && drawing.contains(">node \(id)<"))
        }
        #expect(XMLCheck(explained).isWellFormed && XMLCheck(page).isWellFormed && XMLCheck(drawing).isWellFormed)
    }

    @Test("machines without nodes, CPUs or memory are drawn")
    func empty() {
        for machine in [Machine(nodes: [], cpus: []), MachineBuilder(nodes: 1, cores: 0, memory: 0).machine] {
            #expect(XMLCheck(MachinePage(machine, source: "").text).isWellFormed)
            #expect(XMLCheck(MachineDrawing(machine, source: "").text).isWellFormed)
            #expect(XMLCheck(ExplanationPage([], on: machine, source: "").text).isWellFormed)
        }
    }
}
