// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore
import Presentation
import TestSupport
import Testing

/// The frames of `numa-hints top`.
@Suite("Frames of top")
struct TopFrameTests {
    static let heading = TopFrame.Heading(source: "ledger l.db", time: "T", keys: "q quits")

    static func pod(_ name: String, cpus: CPUSet, gigabytes: UInt64, node: Int, devices: [String] = []) -> LedgerPod {
        let spec = PodSpec(
            uid: name, namespace: "ns", name: name, containers: [ContainerSpec(name: "app", requests: ["cpu": 1000])])
        var pieces = devices.map { Assignment("x.com/gpu", .device(id: $0, nodes: [node])) }
        if !cpus.isEmpty { pieces.append(Assignment(.cpu, .cpus(cpus))) }
        if gigabytes > 0 {
            pieces.append(Assignment(.memory, .memory(nodes: [node], bytes: gigabytes << 30, shares: [])))
        }
        return LedgerPod(
            sequence: 1, state: .committed, admission: LedgerAdmission(pod: spec, pieces: [pieces], time: ""))
    }

    static func report(nodes: Int, pods: [LedgerPod], resources: [ResourceName] = ["x.com/gpu"]) -> StatusReport {
        let stock = (0..<nodes).flatMap { node in
            [
                Stock(.cpu, locality: .nodes([node]), free: 5000, total: 8000),
                Stock(.memory, locality: .nodes([node]), free: 2 << 30, total: 16 << 30),
            ] + resources.map { Stock($0, locality: .nodes([node]), free: 0, total: 2) }
        }
        return StatusReport(
            pods, on: MachineBuilder(nodes: nodes, cores: 8).machine, books: ProviderBooks(stock: stock),
            warnings: ["the first", "the second"])
    }

    static func lines(_ report: StatusReport, width: Int, height: Int) -> [String] {
        TopFrame(report, heading, width: width, height: height).lines(hasColour: false)
    }

    @Test("a frame, whole: the largest holder first")
    func whole() {
        let pods = [
            Self.pod("small", cpus: [1], gigabytes: 8, node: 0), Self.pod("big", cpus: [2, 3], gigabytes: 1, node: 0),
            Self.pod("cards", cpus: [], gigabytes: 0, node: 1, devices: ["g0", "g1"]),
            Self.pod("nothing", cpus: [], gigabytes: 0, node: 1),
        ]
        let text = Self.lines(Self.report(nodes: 2, pods: pods), width: 72, height: 24).joined(separator: "\n")
        #expect(
            text == """
                numa-hints top  T  ledger l.db                                   q quits
                2 nodes, 3 holders, cpu 10 of 16 free, memory 4Gi of 32Gi free, x.com/g…
                node          cpu             memory               x.com/gpu
                node 0        ████······ 5/8  █████████· 2Gi/16Gi  ██████████ 0/2
                node 1        ████······ 5/8  █████████· 2Gi/16Gi  ██████████ 0/2

                holder: held  cpu             memory               x.com/gpu
                ns/big/app               2               1Gi
                ns/small/app             1               8Gi
                ns/cards/app                                                  2
                ▲ (and 1 more) the first
                """, "\(text)")
    }

    @Test("no frame is larger than its terminal, and what is cut off is counted", arguments: [20, 40, 80, 132, 200])
    func sizes(width: Int) {
        let pods = (0..<30).map { Self.pod("p\($0)", cpus: [$0], gigabytes: 1, node: $0 % 64) }
        let resources = (0..<6).map { ResourceName("vendor\($0).example/device") }
        for nodes in [2, 64] {
            let report = Self.report(nodes: nodes, pods: pods, resources: resources)
            for height in [6, 12, 24] {
                let lines = Self.lines(report, width: width, height: height)
                #expect(lines.count <= height && lines.allSatisfy { $0.count <= width }, "\(lines)")
                guard height >= 12 else { continue }
                let shown = lines.filter { $0.hasPrefix("ns/") }.count
                let more = lines.first { $0.hasPrefix("… ") && $0.contains("holder") }
                #expect(shown == 30 || more?.hasPrefix("… \(30 - shown) holders") == true, "\(lines)")
                let drawn = lines.filter { $0.prefixMatch(of: /node \d/) != nil }.count
                let left = lines.first { $0.hasPrefix("… ") && $0.contains("node") }
                #expect(drawn == nodes || left?.hasPrefix("… \(nodes - drawn) node") == true, "\(lines)")
                #expect(shown > 0 && drawn > 0)
            }
        }
    }

    @Test("resources that do not fit are named; those that are held are kept before others")
    func resources() {
        let pods = [Self.pod("cards", cpus: [0], gigabytes: 1, node: 0, devices: ["g0"])]
        let report = Self.report(nodes: 1, pods: pods, resources: ["a.com/first", "b.com/second", "x.com/gpu"])
        let lines = Self.lines(report, width: 60, height: 24)
        #expect(lines[2].contains("x.com/gpu") && !lines[2].contains("b.com/second"), "\(lines)")
        #expect(lines.contains { $0.contains("more: ") && $0.contains("b.com/second") }, "\(lines)")
    }

    @Test("colour changes no character, and nothing is held where nothing is")
    func colour() {
        let report = Self.report(nodes: 2, pods: [])
        let frame = TopFrame(report, Self.heading, width: 80, height: 24)
        let plain = frame.lines(hasColour: false)
        #expect(plain.contains("nothing is held"))
        let coloured = frame.lines(hasColour: true).joined(separator: "\n")
        #expect(coloured.contains("\u{1b}["))
        let bare = coloured.replacing(/\u{1B}\[[0-9]*m/, with: "").split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(bare.map { $0.trimmingSuffix(while: \.isWhitespace) } == plain.map { $0[...] })
    }

    @Test("names do not move the cursor")
    func names() {
        let pods = [Self.pod("a\u{1b}[2Jb\u{9b}1m\u{202e}c\nd", cpus: [0], gigabytes: 1, node: 0, devices: ["g"])]
        let lines = Self.lines(Self.report(nodes: 1, pods: pods), width: 80, height: 24)
        #expect(lines.contains { $0.hasPrefix("ns/a [2Jb 1m c d/app") }, "\(lines)")
        #expect(lines.joined().unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test("without a machine the holders are shown alone, and why")
    func noMachine() {
        let pods = [Self.pod("web", cpus: [0], gigabytes: 1, node: 0)]
        let lines = Self.lines(StatusReport(pods).with(warning: "no machine"), width: 80, height: 24)
        #expect(lines[1] == "the machine is not known, 1 holder", "\(lines)")
        #expect(lines.contains { $0.hasPrefix("ns/web/app") } && lines.last == "▲ no machine", "\(lines)")
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
