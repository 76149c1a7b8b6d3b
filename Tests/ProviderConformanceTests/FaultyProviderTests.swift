// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProviderConformance
import TestSupport
import Testing

/// For each check there is a provider that fails it, and no other check.
@Suite("Checks of faulty providers")
struct FaultyProviderTests {
    static let source = TestEnvironment.root.appendingPathComponent("Tests/ProviderConformanceTests/Fixtures/faulty.c")
    static let library = Result { try CompiledLibrary(compiling: source, definitions: ["_GNU_SOURCE"]) }

    /// As small as the fixture allows, since it is shown to thousands of instances; and machines of other sizes, which are
    /// then passed over, take most of the time.
    static let machine = CheckedMachine(MachineBuilder(nodes: 4, cores: 1).machine)

    /// The checks whose fault a provider cannot be told, since it shows before there are settings, or without them.
    static let built: [(check: String, definitions: [String])] = [
        ("library-loads", ["UNDEFINED_SYMBOL"]), ("library-symbol", ["WITHOUT_SYMBOL"]),
        ("library-minor", ["MINOR=70000"]),
        ("library-entry", []), ("library-descriptors", []), ("descriptor-version", []), ("descriptor-line", []),
        ("descriptor-lasts", []), ("create-unknown-id", []), ("settings-broken", []), ("settings-no-object", []),
        ("settings-unknown-key", []), ("settings-reason", []), ("settings-made", []), ("reason-line", []),
    ]
    /// What must not happen in the process of the tests, or shows between processes alone.
    static let alone = Checks.all.filter(\.isAlone).map(\.name) + ["processes-equal", "stop-without-start"]
    /// What breaks no rule is a warning.
    static let warnings = ["library-exports"]

    static var told: [String] {
        let others = built.map(\.check) + alone + warnings
        return Checks.all.map(\.name).filter { !others.contains($0) }
    }

    private func expectAlone(_ check: String, _ results: [CheckResult]) {
        let bad = results.filter(\.status.isBad)
        #expect(bad.map(\.name) == [check], "\(bad.map { "\($0.name): \($0.detail ?? "")" })")
        for result in bad { #expect(result.detail?.isEmpty == false) }
    }

    @Test("a fault that a provider is told fails its check alone", arguments: told)
    func toldFault(_ check: String) throws {
        let setup = Bench.Setup(
            path: try Self.library.get().url.path, settings: #"{"fault":"\#(check)"}"#,
            machine: check.hasPrefix("machine-") ? nil : Self.machine)
        expectAlone(check, CheckRun.here(Checks.all, setup, isShared: true))
    }

    @Test("a fault that is built in fails its check alone", arguments: built)
    func builtFault(_ check: String, _ definitions: [String]) throws {
        let library = try CompiledLibrary(
            compiling: Self.source, definitions: ["_GNU_SOURCE", "FAULT=\"\(check)\""] + definitions)
        expectAlone(
            check, CheckRun.here(Checks.all, Bench.Setup(path: library.url.path, machine: Self.machine), isShared: true)
        )
    }

    @Test("symbols beside the entry are a warning")
    func otherSymbols() throws {
        let library = try CompiledLibrary(compiling: Self.source, definitions: ["_GNU_SOURCE", "WITH_OTHER_SYMBOL"])
        let results = CheckRun.here(
            try CheckSelection.checks(["library-exports"]), Bench.Setup(path: library.url.path), isShared: true)
        #expect(results.map(\.status) == [.passed])
        #expect(results.flatMap(\.warnings).contains { $0.contains("widget_helper") }, "\(results)")
    }

    @Test(
        "the provider without a fault passes whatever is not about other forms of answers",
        arguments: ["capacity", "wider", "any"])
    func sound(_ form: String) throws {
        let setup = Bench.Setup(path: try Self.library.get().url.path, settings: #"{"form":"\#(form)"}"#)
        let results = CheckRun.here(Checks.all, setup, isShared: true)
        let bad = results.filter(\.status.isBad)
        #expect(bad.isEmpty, "\(bad)")
        let passed = results.filter { $0.status == .passed }
        #expect(passed.count > 80)
        for result in passed { #expect(result.assertions > 0) }
    }
}
