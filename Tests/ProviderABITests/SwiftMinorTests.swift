// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A provider in Swift that was built against shorter records, in our own host, which is Swift too.
///
/// `Tests/ABI/Card.swift` is compiled against a header whose records lack their last members, and is opened
/// by the command in a process of its own. It copies the host's longer records as its own shorter ones, and
/// looks at what the Swift runtime takes them for. Proven here are the three sentences of the header's
/// "Tags": with tags of their own, shorter records work on the runtime that host and provider share; with
/// the host's tags the runtime takes one for the other (so the first case would notice a forgotten tag);
/// and a standard library of its own is a second guard.
@Suite("Minor versions in Swift", .serialized)
struct SwiftMinorTests {
    private static let dropped = [
        "  const char *NH_NULLABLE kind;", "  nh_bitset local_cpus;", "  NH_LIST(nh_pci) pci;",
        "  size_t pci_count;", "  NH_LIST(nh_assignment) held;", "  size_t held_count;",
        "  NH_LIST(nh_assignment) wanted;", "  size_t wanted_count;",
        "  const void *NH_NULLABLE (*NH_NULLABLE extension)(",
    ]
    private static let shortened = ["node", "machine", "container", "placement", "provider"]

    /// Compiles the provider into a folder of the workshop; returns the folder's path.
    private func build(in workshop: Workshop, ownTags: Bool, options: [String]) throws -> String {
        for file in HeaderVersion.files {
            var text = try String(contentsOf: Workshop.headers.appendingPathComponent(file), encoding: .utf8)
                .components(separatedBy: "\n")
                .filter { line in !Self.dropped.contains { line.hasPrefix($0) } }.joined(separator: "\n")
            for record in Self.shortened where ownTags {
                text = text.replacingOccurrences(of: "nh_\(record)_1_0", with: "nh_\(record)_0_9")
            }
            try workshop.write(text, to: "include/\(file)")
        }
        let map = Workshop.headers.appendingPathComponent("module.modulemap")
        try workshop.write(try String(contentsOf: map, encoding: .utf8), to: "include/module.modulemap")
        try workshop.write("", to: "providers/empty")
        let exports = TestEnvironment.root.appendingPathComponent("Plugins/provider.map").path
        let result = try run(
            "swiftc",
            [
                "-emit-library", "-parse-as-library", "-module-name", "Card", "-swift-version", "6",
                "-enable-upcoming-feature", "InternalImportsByDefault", "-I", workshop.path("include"),
                "-use-ld=lld", "-Xlinker", "--version-script=\(exports)", "-Xlinker", "-z", "-Xlinker",
                "nodelete", "-o", workshop.path("providers/libcard.so"),
                TestEnvironment.root.appendingPathComponent("Tests/ABI/Card.swift").path,
            ] + options)
        guard result.status == 0 else { throw CompileFailure(text: result.all) }
        return workshop.path("providers")
    }

    private func explain(_ providers: String) throws -> CommandResult {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec: {containers: [{name: c, image: i, resources: {limits: {example.org/card: 2}}}]}
            """
        return try numaHints(
            "explain", "-", "--machine", "Examples/machines/two-socket.xml", "--providers", providers,
            input: Data(pod.utf8))
    }

    @Test(
        "shorter records work", arguments: [(true, []), (false, ["-static-stdlib"])])
    func works(_ ownTags: Bool, _ options: [String]) throws {
        let workshop = try Workshop()
        let result = try explain(build(in: workshop, ownTags: ownTags, options: options))
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("card-0-nodes-0+1 on node 0"), "\(result.all)")
        #expect(result.output.contains("card-1-nodes-0+1 on node 0"), "\(result.all)")
    }

    @Test("with the host's tags on the shared runtime, the runtime takes one record for the other")
    func sharedTags() throws {
        let workshop = try Workshop()
        let result = try explain(build(in: workshop, ownTags: false, options: []))
        #expect(result.status == 3, "\(result.all)")
        #expect(result.errors.contains("nh_node has 40 bytes here, 64 for the Swift runtime"), "\(result.all)")
    }
}
