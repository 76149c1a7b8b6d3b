// SPDX-License-Identifier: Apache-2.0

import CPUProvider
import NUMACore
import TestSupport
import Testing

/// CPUs picked as the kubelet picks them.
@Suite("CPUPickerVector")
struct CPUPickerVectorTests {
    struct Case: Decodable {
        struct Options: Decodable {
            var spreadAcrossCores: Bool?
            var preferAlignByUncoreCache: Bool?
            var cpuGroupSize: Int?
        }
        struct Expectation: Decodable {
            struct Other: Decodable { var cpus: String }
            var cpus: String?
            var error: String?
            var withoutSliceAliasing: Other?
        }
        var id: String
        var algorithm: String
        var topology: String
        var options: Options
        var available: String
        var request: Int
        var expect: Expectation

        /// Whether the kubelet gives CPUs that are not available.
        var takesOthers: Bool {
            guard let available = CPUSet(list: available), let cpus = expect.cpus.flatMap({ CPUSet(list: $0) })
            else { return false }
            return !cpus.isSubset(of: available)
        }
    }

    @Test("Vector: cpu-assignment", arguments: [false, true])
    func assignment(imitatesKubelet: Bool) throws {
        let topologies = try VectorTopology.all()
        var counted: [String: Int] = [:]
        for test in try vectorLines("cpu-assignment.jsonl", as: Case.self) {
            var picker = CPUPicker(try #require(topologies[test.topology]).topology)
            picker.imitatesKubelet = imitatesKubelet
            picker.isSpread = test.options.spreadAcrossCores ?? false
            picker.byCache = test.options.preferAlignByUncoreCache ?? false
            if test.algorithm == "distributed" { picker.distributedGroupSize = test.options.cpuGroupSize ?? 1 }
            let available = try #require(CPUSet(list: test.available))
            let picked = picker.pick(test.request, from: available)
            switch (test.expect.error, test.expect.withoutSliceAliasing) {
            case ("never-returns", _):
                // The kubelet loops for ever here: an error, or any result of the right number.
                #expect(picked == nil || picked?.count == test.request, "\(test.id)")
                counted["where the kubelet never returns", default: 0] += 1
            case (.some, _):
                #expect(picked == nil, "\(test.id)")
                counted["refused", default: 0] += 1
            case (nil, let other?):
                #expect(picked?.list == (imitatesKubelet ? test.expect.cpus : other.cpus), "\(test.id)")
                counted[imitatesKubelet ? "as the artefact" : "as published", default: 0] += 1
            case (nil, nil) where !imitatesKubelet && test.takesOthers:
                // Sockets of unequal size: the kubelet gives CPUs that are not available.
                #expect(picked?.count == test.request && picked?.isSubset(of: available) == true, "\(test.id)")
                counted["where the kubelet takes what is not available", default: 0] += 1
            case (nil, nil):
                #expect(
                    picked?.list == test.expect.cpus,
                    "\(test.id) \(test.algorithm) \(test.options) \(test.topology) \(test.request) of \(test.available)"
                )
                counted["equal", default: 0] += 1
            }
        }
        #expect(counted["equal", default: 0] > 0)
        print(
            "cpu-assignment.jsonl\(imitatesKubelet ? ", compat kubelet" : ""): \(counted.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })"
        )
    }
}

/// A topology of the vectors, with the counts that the kubelet had.
struct VectorTopology: Decodable {
    var name: String
    /// CPU, core, socket, node, last-level cache.
    var cpus: [[Int]]
    var numCPUs: Int
    var numCores: Int
    var numSockets: Int
    var numNUMANodes: Int
    var numUncoreCaches: Int

    var machineCPUs: [Machine.CPU] {
        cpus.map { Machine.CPU(id: $0[0], node: $0[3], socket: $0[2], die: $0[2], cache: $0[4], core: $0[1]) }
    }

    var topology: CPUTopology {
        CPUTopology(
            machineCPUs,
            counts: CPUTopology.Counts(
                cpus: numCPUs, cores: numCores, sockets: numSockets, nodes: numNUMANodes, caches: numUncoreCaches))
    }

    static func all() throws -> [String: VectorTopology] {
        Dictionary(
            uniqueKeysWithValues: try vectorLines("cpu-topologies.jsonl", as: VectorTopology.self).map { ($0.name, $0) }
        )
    }
}
