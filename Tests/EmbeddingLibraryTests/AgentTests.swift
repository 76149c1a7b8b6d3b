// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Examples/agent-c")
struct AgentTests {
    @Test("its Makefile builds it, and it says what is wrong")
    func agent() throws {
        let folder = try ClientFolder()
        let source = TestEnvironment.root.appendingPathComponent("Examples/agent-c")
        for name in ["Makefile", "agent.c"] {
            try FileManager.default.copyItem(
                at: source.appendingPathComponent(name), to: URL(fileURLWithPath: folder.path(name)))
        }
        let built = try run(
            "make",
            [
                "-C", folder.path("."), "FLAGS=-Werror -I\(ClientFolder.headers)",
                "LIBS=-L\(folder.path(".")) -lnumahints -Wl,-rpath,\(folder.path("."))",
            ])
        #expect(built.status == 0, "\(built.all)")
        let ledger = folder.path("ledger.db")
        let result = try run(folder.path("agent"), ["sim:nothing", ledger, "/nowhere.json"])
        #expect(result.status == 1 && result.errors.hasPrefix("agent: open: no simulated machine"), "\(result.all)")
        let missing = try run(folder.path("agent"), ["sim:gb200", ledger, "/nowhere.json"])
        #expect(missing.status == 1 && missing.errors == "agent: admit: pod must not be NULL\n", "\(missing.all)")
    }
}
