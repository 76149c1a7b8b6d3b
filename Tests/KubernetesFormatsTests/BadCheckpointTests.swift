// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import TestSupport
import Testing

/// Files that must be refused, and the words with which.
@Suite("CheckpointRefusals")
struct BadCheckpointTests {
    static let cpuFiles: [BadFile] = [
        BadFile("", line: nil, "the file is empty, a JSON object is needed"),
        BadFile(" \n", line: nil, "the file is empty"),
        BadFile("policyName: static", line: nil, "not JSON"),
        BadFile(#"{"policyName":"static","#, line: 1, "not JSON: cut off after 23 bytes"),
        BadFile("{\n\"policyName\":\"sta", line: 2, "not JSON: cut off after 19 bytes"),
        BadFile("{\"policyName\":tru}", line: nil, "not JSON: the file is damaged"),
        BadFile("\u{FEFF}{}", line: 1, "not JSON: it begins with a byte order mark"),
        BadFile(#"{"policyName":"\ud800"}"#, line: nil, "not JSON: the "),
        BadFile(#"{"policyName":"none","defaultCpuSet":"","checksum":1353318690}x"#, line: nil, "not JSON"),
        BadFile("[]", line: nil, "the file must be an object, found a list"),
        BadFile("{}", line: nil, "policyName is missing"),
        BadFile(#"{"policyName":1}"#, line: nil, "policyName must be a text, found 1"),
        BadFile(#"{"policyName":"none","defaultCpuSet":"3-1"}"#, line: nil, "defaultCpuSet must be a list of CPUs"),
        BadFile(#"{"policyName":"none","defaultCpuSet":" 1"}"#, line: nil, "defaultCpuSet must be a list of CPUs"),
        BadFile(
            #"{"policyName":"none","defaultCpuSet":"0-99999999999999999999"}"#, line: nil, "must be a list of CPUs"),
        BadFile(
            #"{"policyName":"none","defaultCpuSet":"","checksum":1}"#, line: nil,
            "wrong checksum: the file says 1, its content has 1353318690"),
        BadFile(#"{"policyName":"none","defaultCpuSet":""}"#, line: nil, "checksum is missing"),
        BadFile(
            #"{"policyName":"none","defaultCpuSet":"","checksum":-1}"#, line: nil, "checksum must be a whole number"),
        BadFile(
            "{\"policyName\":\"none\",\n\"checksum\":18446744073709551616}", line: 2,
            "the number 18446744073709551616 is not a whole number"),
        BadFile(
            #"{"policyName":"none","defaultCpuSet":"","checksum":1353318690.0}"#, line: 1,
            "the number 1353318690.0 is not a whole number"),
        BadFile(
            "{\n\"policyName\":\"none\",\n\"policyName\":\"none\"}", line: 3, #"the name "policyName" is given twice"#),
        BadFile(#"{"policyName":"none","Policy\nName":""}"#, line: nil, "unknown member \"Policy Name\""),
        BadFile(
            #"{"policyName":"static","defaultCpuSet":"0","entries":{"4f3e":"1-3"},"checksum":1}"#, line: nil,
            "an old version: entries.4f3e is a text"),
        BadFile(
            #"{"policyName":"static","defaultCpuSet":"0","entries":null,"checksum":1}"#, line: nil,
            "entries must be an object or left out, found null"),
        BadFile(
            #"{"policyName":"static","defaultCpuSet":"0","entries":{"a":{"b":"x"}},"checksum":1}"#, line: nil,
            "entries.a.b must be a list of CPUs such as \"0-3,8\", found \"x\""),
        BadFile(
            #"{"policyName":"static","defaultCpuSet":"0","podEntries":{},"checksum":1}"#, line: nil,
            "podEntries belongs to the alpha gate PodLevelResourceManagers, which is not supported"),
        BadFile(
            String(repeating: "[", count: 400) + String(repeating: "]", count: 400), line: nil, "nested more than 32"),
        BadFile(String(repeating: "[", count: 100_000), line: 1, "not JSON"),
    ]

    static let memoryFiles: [BadFile] = [
        BadFile(
            #"{"policyName":"Static","machineState":{"x":{}},"checksum":1}"#, line: nil,
            #"a key of machineState must be the number of a node, found "x""#),
        BadFile(
            #"{"policyName":"Static","machineState":{"0":null},"checksum":1}"#, line: nil,
            "machineState.0 must be an object, found null"),
        BadFile(
            #"{"policyName":"Static","machineState":{"0":{"numberOfAssignments":9223372036854775808,"cells":[]}}}"#,
            line: nil, "machineState.0.numberOfAssignments must be a whole number"),
        BadFile(
            #"{"policyName":"Static","machineState":{},"entries":{"a":{"b":[{"numaAffinity":[true]}]}}}"#, line: nil,
            "entries.a.b.0.numaAffinity.0 must be a whole number", "found true"),
    ]

    static let devicesFiles: [BadFile] = [
        BadFile(#"{"Data":null,"Checksum":1}"#, line: nil, "Data must be an object, found null"),
        BadFile(
            #"{"Data":{"PodDeviceEntries":null,"RegisteredDevices":{}},"Checksum":0}"#, line: nil,
            "wrong checksum: the file says 0"),
        BadFile(
            #"{"Data":{"PodDeviceEntries":[{"PodUID":"u","ContainerName":"c","ResourceName":"r","#
                + #""DeviceIDs":["a"],"AllocResp":""}],"RegisteredDevices":{}},"Checksum":1}"#, line: nil,
            "an old version: Data.PodDeviceEntries.0.DeviceIDs is a list"),
        BadFile(
            #"{"Data":{"PodDeviceEntries":[{"PodUID":"u","ContainerName":"c","ResourceName":"r","#
                + #""DeviceIDs":{},"AllocResp":"%"}],"RegisteredDevices":{}},"Checksum":1}"#, line: nil,
            "Data.PodDeviceEntries.0.AllocResp must be base64"),
    ]

    @Test("a bad cpu_manager_state", arguments: cpuFiles)
    func cpu(_ bad: BadFile) {
        bad.check { try CPUManagerCheckpoint(bytes: Array($0.utf8), file: $1) }
    }

    @Test("a bad memory_manager_state", arguments: memoryFiles)
    func memory(_ bad: BadFile) {
        bad.check { try MemoryManagerCheckpoint(bytes: Array($0.utf8), file: $1) }
    }

    @Test("a bad kubelet_internal_checkpoint", arguments: devicesFiles)
    func devices(_ bad: BadFile) {
        bad.check { try DeviceManagerCheckpoint(bytes: Array($0.utf8), file: $1) }
    }

    @Test("bytes that are no UTF-8 are refused with their line")
    func encoding() {
        let said = complaint {
            try CPUManagerCheckpoint(bytes: Array("{\n\"policyName\":\"".utf8) + [0xFF] + Array("\"}".utf8), file: "f")
        }
        #expect(said == "f:2: the file is not UTF-8")
    }

    @Test("a checksum of 0 is taken, and written again")
    func zero() throws {
        let text = #"{"policyName":"static","defaultCpuSet":"0-3","checksum":0}"#
        let file = try CPUManagerCheckpoint(bytes: Array(text.utf8), file: "f")
        #expect(!file.hasChecksum && String(decoding: file.bytes, as: UTF8.self) == text)
    }

    @Test("what contradicts itself is found, and a pod's own sharing is not")
    func problems() {
        typealias File = CPUManagerCheckpoint
        func cpus(_ list: String) -> CPUListText { CPUListText(list) ?? CPUListText(CPUSet()) }
        let cpu = File(
            policyName: "static", defaultCPUSet: cpus("0-1"),
            pods: [
                .init(
                    uid: "a", containers: [.init(name: "app", cpus: cpus("2-3")), .init(name: "init", cpus: cpus("2"))]),
                .init(uid: "b", containers: [.init(name: "app", cpus: cpus("1,3"))]),
            ])
        #expect(
            KubeletState(cpu: cpu).problems.map(\.description) == [
                "cpu_manager_state: CPUs 1 are both in defaultCpuSet and held by b/app",
                "cpu_manager_state: CPUs 3 are held by both a/app and b/app",
            ])
        let table = MemoryManagerCheckpoint.Table(
            type: .memory, total: 100, systemReserved: 0, allocatable: 100, reserved: 30, free: 60)
        let memory = MemoryManagerCheckpoint(
            policyName: "Static",
            nodes: [
                .init(id: 0, numberOfAssignments: 2, memory: [table], cells: [0, 1]),
                .init(id: 1, numberOfAssignments: 0, memory: [], cells: [1]),
            ],
            pods: [
                .init(
                    uid: "a",
                    containers: [.init(name: "app", blocks: [.init(numaAffinity: [0], type: .memory, size: 20)])])
            ])
        #expect(
            KubeletState(cpu: cpu, memory: memory).problems.dropFirst(2).map(\.message) == [
                "node 0, memory: reserved 30 and free 60 are not allocatable 100",
                "cells of node 0 are {0,1}, those of node 1 are {1}",
                "node 0: numberOfAssignments is 2, 1 blocks include the node",
                "nodes {0,1}, memory: reserved 30, containers hold 20",
                "pod b holds CPUs in cpu_manager_state, but no memory here",
            ])
        func entry(_ pod: String, _ resource: ResourceName, _ id: String) -> DeviceManagerCheckpoint.Entry {
            .init(
                podUID: pod, container: "app", resource: resource, devices: [.init(node: 0, ids: [id])], allocResp: [])
        }
        let devices = DeviceManagerCheckpoint(
            entries: [
                entry("a", "v/gpu", "g0"), entry("b", "v/gpu", "g0"), entry("b", "v/gpu", "g9"), entry("b", "v/x", "x"),
            ],
            registered: [.init(resource: "v/gpu", ids: ["g0"])])
        #expect(
            KubeletState(devices: devices).problems.map(\.message) == [
                "device g0 of v/gpu is held by both a/app and b/app",
                "device g9 of v/gpu, held by b/app, is not in RegisteredDevices",
                "b/app holds v/x, which is not registered",
            ])
    }
}
