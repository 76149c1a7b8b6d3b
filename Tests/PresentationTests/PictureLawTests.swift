// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import Presentation
import TestSupport
import Testing

/// Whatever names are, a page or a picture is well-formed and says them.
@Suite("Laws of pictures")
struct PictureLawTests {
    /// Pieces of markup, parts of scalars that XML does not have, and any others.
    private static func name(_ random: inout SeededGenerator) -> String {
        let pieces = [
            "<", ">", "&", "\"", "'", "]]>", "<!--", "-->", "<script>", "&amp;", "\u{0}", "\u{b}", "\u{fffe}", "=", "/",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            if Bool.random(using: &random) {
                text += pieces.randomElement(using: &random) ?? ""
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    @Test("Law: any name is text, and nothing else")
    func names() {
        for number in 0..<max(1, TestEnvironment.cases(6000) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let name = Self.name(&random)
            var machine = MachineBuilder(nodes: 1, cores: 1).machine
            machine.nodes[0].memoryKind = name
            let plain = XMLCheck(MachinePage(machine, source: "").text)
            for text in [MachinePage(machine, source: name).text, MachineDrawing(machine, source: name).text] {
                let found = XMLCheck(text)
                #expect(found.isWellFormed, "\(name.debugDescription), NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
                #expect(found.elements["script"] == nil && found.elements["style"] == 1)
                // Letters, at least, are there as they are.
                let letters = name.unicodeScalars.filter { $0.properties.generalCategory == .lowercaseLetter }
                #expect(letters.allSatisfy(found.words.unicodeScalars.contains), "NUMA_HINTS_SEED=\(seed)")
            }
            #expect(XMLCheck(MachinePage(machine, source: name).text).elements == plain.elements)
        }
    }
}
