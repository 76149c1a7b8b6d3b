// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import TestSupport

/// Makes checkpoints of any content, nasty names and numbers among them.
struct CheckpointGenerator {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func upTo(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }
    private mutating func one(in count: Int) -> Bool { upTo(count - 1) == 0 }

    mutating func text() -> String {
        let parts = [
            "a", "pod-1", "x/y", "<", ">", "&", "\"", "\\", "/", "\u{2028}", "\u{2029}", "\n", "\r", "\t", "\u{08}",
            "\u{0C}", "\u{00}", "\u{1B}", "\u{7F}", "é", "漢", "😀", "\u{FFFD}", " ", "map[", ":", "0", "-1",
        ]
        var text = ""
        for _ in 0..<upTo(4) { text += parts.randomElement(using: &random) ?? "" }
        return text
    }

    /// Names in ascending order, each once.
    private mutating func names() -> [String] {
        var names: Set<String> = []
        for _ in 0..<upTo(3) { names.insert(text()) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func maybe<Value>(_ make: (inout CheckpointGenerator) -> Value) -> Value? {
        one(in: 6) ? nil : make(&self)
    }

    private mutating func cpus() -> CPUListText {
        let odd = ["3,1", "0-1,2", "5,5"].compactMap { CPUListText($0) }
        if one(in: 8), let list = odd.randomElement(using: &random) { return list }
        var set = CPUSet()
        for _ in 0..<upTo(6) { set.insert(upTo(200)) }
        return CPUListText(set)
    }

    private mutating func bytes() -> UInt64 {
        one(in: 4) ? UInt64.max - UInt64(upTo(2)) : UInt64.random(in: 0...(1 << 40), using: &random)
    }

    mutating func cpu() -> CPUManagerCheckpoint {
        var pods: [CPUManagerCheckpoint.Pod] = []
        for uid in names() {
            pods.append(
                .init(uid: uid, containers: maybe { g in g.names().map { .init(name: $0, cpus: g.cpus()) } }))
        }
        var file = CPUManagerCheckpoint(policyName: text(), defaultCPUSet: cpus(), pods: pods)
        file.hasChecksum = !one(in: 8)
        return file
    }

    mutating func memory() -> MemoryManagerCheckpoint {
        typealias File = MemoryManagerCheckpoint
        let nodes: [File.Node]? = maybe { g in
            Set((0..<g.upTo(4)).map { _ in g.upTo(20) }).sorted().map { id in
                File.Node(
                    id: id, numberOfAssignments: g.upTo(5) - 1,
                    memory: g.maybe { g in
                        g.names().map {
                            File.Table(
                                type: ResourceName($0), total: g.bytes(), systemReserved: g.bytes(),
                                allocatable: g.bytes(), reserved: g.bytes(), free: g.bytes())
                        }
                    },
                    cells: g.maybe { g in (0..<g.upTo(3)).map { _ in g.upTo(20) } })
            }
        }
        var pods: [File.Pod] = []
        for uid in names() {
            pods.append(File.Pod(uid: uid, containers: maybe { $0.memoryContainers() }))
        }
        var file = File(policyName: text(), nodes: nodes, pods: pods)
        file.hasChecksum = !one(in: 8)
        return file
    }

    private mutating func memoryContainers() -> [MemoryManagerCheckpoint.Container] {
        names().map { name in
            MemoryManagerCheckpoint.Container(
                name: name,
                blocks: maybe { g in
                    (0..<g.upTo(2)).map { _ in
                        .init(
                            numaAffinity: g.maybe { g in (0..<g.upTo(3)).map { _ in g.upTo(9) } },
                            type: ResourceName(g.text()), size: g.bytes())
                    }
                })
        }
    }

    mutating func devices() -> DeviceManagerCheckpoint {
        typealias File = DeviceManagerCheckpoint
        let entries: [File.Entry]? = maybe { g in
            (0..<g.upTo(3)).map { _ in
                File.Entry(
                    podUID: g.text(), container: g.text(), resource: ResourceName(g.text()),
                    devices: g.maybe { g in
                        Set((0..<g.upTo(4)).map { _ in g.upTo(12) - 1 }).sorted().map { node in
                            File.Group(node: node, ids: g.maybe { g in (0..<g.upTo(3)).map { _ in g.text() } })
                        }
                    },
                    allocResp: g.maybe { g in (0..<g.upTo(9)).map { _ in UInt8(g.upTo(255)) } })
            }
        }
        return File(
            entries: entries,
            registered: maybe { g in
                g.names().map { name in
                    .init(
                        resource: ResourceName(name), ids: g.maybe { g in (0..<g.upTo(3)).map { _ in g.text() } })
                }
            })
    }
}
