// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProviderConformance
import TestSupport
import Testing

/// Our own providers and the example keep every rule.
@Suite("Checks of good providers")
struct GoodProviderTests {
    /// Enough for each of them to give something on four nodes.
    static let inventory =
        #"{"devices":[{"id":"gpu-0","resource":"example.com/gpu","nodes":[0]},{"id":"gpu-1","resource":"example.com/gpu","#
        + #""nodes":[1]},{"id":"gpu-2","resource":"example.com/gpu","nodes":[2]},{"id":"gpu-3","resource":"example.com/gpu","#
        + #""nodes":[3]},{"id":"nic-0","resource":"example.com/nic","nodes":[0,1]},{"id":"nic-1","resource":"example.com/nic","#
        + #""nodes":[]},{"id":"nic-2","resource":"example.com/nic"}]}"#
    static let libraries: [(name: String, settings: String?)] = [
        ("cpu", #"{"policy":"static"}"#), ("memory", #"{"policy":"static"}"#), ("hugepages", #"{"policy":"static"}"#),
        ("devices", inventory), ("pci", nil),
        ("sriov", #"{"resourceList":[{"resourceName":"vf","selectors":{"drivers":["vfio-pci"]}}]}"#),
    ]
    /// What only some providers have: devices, stock that is counted in pieces, news of starts, wider hints.
    static let optional: Set<String> = [
        "capacity-is-given", "devices-free", "devices-order", "devices-records",
        "devices-stops",
        "hints-wider", "prepare-wanted", "processes-equal", "started-container", "stock-follows",
    ]

    private func expectGood(_ path: String, _ settings: String?) {
        let setup = Bench.Setup(path: path, settings: settings, machine: .usual)
        for result in CheckRun.here(Checks.all, setup, isShared: true) {
            // Those about other machines have a test of their own.
            let isLeftOut =
                result.name.hasPrefix("machine-") || Self.optional.contains(result.name)
                || Checks.all.contains { $0.isAlone && $0.name == result.name }
            if result.status == .skipped, isLeftOut {
                continue
            }
            #expect(result.status == .passed && result.assertions > 0, "\(result.name): \(result.detail ?? "")")
        }
    }

    @Test("our own providers pass, with something compared in each check", arguments: libraries)
    func own(_ name: String, _ settings: String?) throws {
        expectGood(TestEnvironment.built.appendingPathComponent("libnuma-hints-\(name).so").path, settings)
    }

    @Test("our own providers work on machines of other sizes", arguments: ["cpu", "pci"])
    func sizes(_ name: String) throws {
        let path = TestEnvironment.built.appendingPathComponent("libnuma-hints-\(name).so").path
        let checks = try CheckSelection.checks([
            "machine-1-node", "machine-8-nodes", "machine-65-nodes", "machine-gaps",
        ])
        for result in CheckRun.here(checks, Bench.Setup(path: path), isShared: true) {
            #expect(result.status == .passed && result.assertions > 0, "\(result.name): \(result.detail ?? "")")
        }
    }

    @Test("the example in C passes")
    func example() throws {
        let source = TestEnvironment.root.appendingPathComponent("Examples/widget-c/widget.c")
        let library = try CompiledLibrary(compiling: source)
        expectGood(library.url.path, nil)
    }
}
