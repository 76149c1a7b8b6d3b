// SPDX-License-Identifier: Apache-2.0

import NUMACore

extension StateReport {
    /// The report for people.
    public func text(_ emphasis: Emphasis) -> String {
        var lines = ["state of the kubelet in \(source)"]
        func add(_ file: String, _ more: [String]) {
            lines += ["", emphasis.strong(file)] + more.map(\.onOneLine)
        }
        if let cpu { add("cpu_manager_state", Self.lines(cpu)) }
        if let memory { add("memory_manager_state", Self.lines(memory)) }
        if let devices { add("device-plugins/kubelet_internal_checkpoint", devices.lines) }
        if !missing.isEmpty { lines += ["", "not there: " + missing.joined(separator: ", ")] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ cpu: CPU) -> [String] {
        var lines = ["  policy \(StateText.word(cpu.policy)), shared pool \(StateText.word(cpu.sharedPool))"]
        if cpu.containers.isEmpty { return lines + ["  no container holds CPUs"] }
        var table = TextTable(indent: "  ")
        table.add(["pod", "container", "CPUs"])
        for one in cpu.containers { table.add([one.pod, one.container, StateText.word(one.cpus)]) }
        lines += [""] + table.lines
        return lines
    }

    private static func lines(_ memory: Memory) -> [String] {
        var lines = ["  policy \(StateText.word(memory.policy))"]
        if !memory.nodes.isEmpty {
            var table = TextTable(indent: "  ")
            table.add([
                "node", "cells", "assignments", "type", "total", "system", "allocatable", "reserved", "free",
            ])
            for node in memory.nodes {
                var start = ["\(node.id)", StateText.nodes(node.cells), "\(node.assignments)"]
                if node.memory.isEmpty { table.add(start) }
                for row in node.memory {
                    let amounts = [row.total, row.systemReserved, row.allocatable, row.reserved, row.free]
                    table.add(start + [row.type] + amounts.map(BinaryQuantity.rounded))
                    start = ["", "", ""]
                }
            }
            lines += [""] + table.lines
        }
        if memory.blocks.isEmpty { return lines + ["  no container holds memory"] }
        var table = TextTable(indent: "  ")
        table.add(["pod", "container", "type", "nodes", "size"])
        for block in memory.blocks {
            table.add([
                block.pod, block.container, block.type, StateText.nodes(block.nodes),
                BinaryQuantity.rounded(block.bytes),
            ])
        }
        return lines + [""] + table.lines
    }
}

extension StateDevices {
    fileprivate var lines: [String] {
        var lines: [String] = []
        for one in registered {
            lines.append("  \(one.resource): \(one.ids.isEmpty ? "no device" : one.ids.joined(separator: ", "))")
        }
        if registered.isEmpty { lines.append("  no resource is registered") }
        if entries.isEmpty { lines.append("  no container holds devices") }
        for entry in entries {
            lines += ["", "  pod \(entry.pod), container \(entry.container): \(entry.resource)"]
            for group in entry.devices {
                let place = group.node.map { "on node \($0)" } ?? "on no known node"
                lines.append("    \(place): \(group.ids.joined(separator: ", "))")
            }
            if let answer = entry.answer { lines += answer.lines.map { "    " + $0 } }
            if let error = entry.answerError { lines.append("    AllocResp \(error)") }
        }
        return lines
    }
}

extension StateDevices.Answer {
    fileprivate var lines: [String] {
        envs.map { "env \($0.name)=\($0.value)" }
            + mounts.map { "mount \($0.hostPath) at \($0.containerPath)\($0.readOnly ? ", read only" : "")" }
            + devices.map { "device \($0.hostPath) at \($0.containerPath), \(StateText.word($0.permissions))" }
            + annotations.map { "annotation \($0.name)=\($0.value)" }
            + cdiDevices.map { "CDI device \($0)" }
    }
}

/// Words of the files, made fit for a terminal.
private enum StateText {
    static func word(_ text: String) -> String { text.isEmpty ? "none" : text }

    static func nodes(_ ids: [Int]) -> String { "{" + ids.map(String.init).joined(separator: ",") + "}" }
}
