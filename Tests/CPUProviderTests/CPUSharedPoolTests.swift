// SPDX-License-Identifier: Apache-2.0

import CPUProvider
import NUMACore
import ProviderKit
import TestSupport
import Testing

/// Where containers run that have no CPUs alone.
@Suite("CPUSharedPool")
struct CPUSharedPoolTests {
    private func provider(nodes: Int = 2, _ settings: String) throws -> CPUProvider {
        let machine = MachineBuilder(nodes: nodes, cores: 4).machine
        return try CPUProvider(context: ProviderContext(machine: machine, settings: settings))
    }

    @Test("the shared pool is what nobody holds, with the reserved CPUs")
    func shared() throws {
        var provider = try provider(#"{"reservedCPUs": "0,4"}"#)
        #expect(provider.sharedCPUs == CPUSet(0...7))
        _ = try provider.prepare(.container([.cpu: 2000]), .on([1]))
        #expect(provider.sharedCPUs.list == "0-4,7")
        provider.release(Holder(podUID: "pod"))
        #expect(provider.sharedCPUs == CPUSet(0...7))
    }

    @Test("strict-cpu-reservation keeps the reserved CPUs out of it")
    func strict() throws {
        var provider = try provider(
            #"{"reservedCPUs": "0,4", "options": {"strict-cpu-reservation": true}}"#)
        _ = try provider.prepare(.container([.cpu: 2000]), .on([1]))
        #expect(provider.sharedCPUs.list == "1-3,7")
    }

    @Test("the CPUs of init containers come back with their pod")
    func initContainers() throws {
        var provider = try provider("{}")
        let containers = [
            ContainerSpec(name: "i", kind: .initialization, requests: [.cpu: 4000]),
            ContainerSpec(name: "a", requests: [.cpu: 2000]),
        ]
        for place in 0...1 { _ = try provider.prepare(.pod(containers, at: place), .on([0])) }
        #expect(provider.sharedCPUs.list == "4-7")
        provider.release(Holder(podUID: "pod"))
        #expect(provider.sharedCPUs.list == "0-7")
    }

    @Test("with policy none everything is shared")
    func policyNone() throws {
        var provider = try provider(#"{"policy": "none"}"#)
        _ = try provider.prepare(.container([.cpu: 2000]), .on([0]))
        #expect(provider.sharedCPUs.list == "0-7")
    }

    @Test("align-by-socket is listed in hints up to 12 nodes", arguments: [(12, true), (13, false)])
    func socketHints(_ nodes: Int, _ isListed: Bool) throws {
        let provider = try provider(nodes: nodes, #"{"options": {"align-by-socket": true}}"#)
        let request = ResourceRequest.container([.cpu: 1000], nodes: NUMANodeMask(0..<nodes))
        let answer = try provider.hints(for: request).first
        #expect((answer?.capacity == nil) == isListed)
        if isListed { #expect(answer?.hints?.count == 4095) }
    }
}
