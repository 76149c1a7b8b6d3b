// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `explain --html`, `topology --html` and `topology --svg`.
@Suite("Files with pictures")
struct PictureCommandTests {
    private let folder: PrivateFolder
    private static let machine = ["--machine", "Examples/machines/two-socket.xml"]
    private static let refused =
        ["explain", "Examples/pods/too-wide.yaml", "--kubelet-config", "Examples/kubelet/single-numa-node.yaml"]
        + machine

    init() throws { folder = try PrivateFolder() }

    private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
    private func text(_ name: String) throws -> String {
        try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
    }

    @Test("a page is written beside what is printed, and the exit code stays", arguments: ["text", "json"])
    func beside(format: String) throws {
        let plain = try numaHints(Self.refused + ["-o", format])
        let result = try numaHints(Self.refused + ["-o", format, "--html", path("why.html")])
        #expect(result.status == 1 && result.output == plain.output && result.errors == plain.errors, "\(result.all)")
        let page = try text("why.html")
        #expect(page.hasPrefix("<!DOCTYPE html>\n") && page.contains("✕ Refused") && page.hasSuffix("</html>\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["why.html"])
        // Again over it, and the same bytes.
        _ = try numaHints(Self.refused + ["--html", path("why.html")])
        #expect(try text("why.html") == page)
    }

    @Test("a dash prints the page instead")
    func standardOutput() throws {
        let page = try numaHints(Self.refused + ["--html", "-"])
        #expect(page.status == 1 && page.output.hasPrefix("<!DOCTYPE html>\n"), "\(page.all)")
        let machine = try numaHints(["topology", "--html", "-"] + Self.machine)
        #expect(machine.status == 0 && machine.output.hasPrefix("<!DOCTYPE html>\n"))
        let drawing = try numaHints(["topology", "--svg", "-"] + Self.machine)
        #expect(drawing.status == 0 && drawing.output.hasPrefix("<svg ") && drawing.output.hasSuffix("</svg>\n"))
    }

    @Test("a machine as page and picture, with sockets, nodes, distances and devices")
    func machine() throws {
        let result = try numaHints(
            ["topology", "--html", path("m.html"), "--svg", path("m.svg"), "--machine"]
                + ["Tests/Machines/vm-4node-sriov.tar.gz"])
        #expect(result.status == 0 && result.output.contains("┌─ node 0"), "\(result.all)")
        for name in ["m.html", "m.svg"] {
            for words in ["socket 0", "node 3", "31:00.0", "3 of 7 VFs", "hugepages-2Mi", "node unknown"] {
                #expect(try text(name).contains(words), "\(name): \(words)")
            }
        }
    }

    @Test("the picture of docs/pictures.md is what its command draws")
    func document() throws {
        let drawn = try numaHints(["topology", "--svg", "-"] + Self.machine)
        let kept = TestEnvironment.root.appendingPathComponent("docs/pictures/two-socket.svg")
        #expect(drawn.output == (try String(contentsOf: kept, encoding: .utf8)))
    }

    @Test("who holds what stands at its node")
    func holders() throws {
        let result = try numaHints(
            "explain", "Examples/pods/gpu-worker.yaml", "--kubelet-root", "Examples/kubelet/root", "--machine",
            "Examples/machines/two-socket.xml", "--html", path("why.html"))
        #expect(result.status == 1, "\(result.all)")
        let page = try text("why.html")
        #expect(page.contains("CPUs 1-6,17-22, memory 20Gi") && page.contains("What would let it in"))
        #expect(page.contains("✕ cpu short") && page.contains("✕ nvidia.com/gpu short"))
    }

    @Test(
        "what cannot be written is one line and exit 2, after what is printed",
        arguments: ["/nonexistent/x.html", "/", "/dev/full"])
    func unwritable(file: String) throws {
        let result = try numaHints(["topology", "--html", file] + Self.machine)
        #expect(result.status == 2 && result.output.contains("┌─ node 0"), "\(result.all)")
        #expect(result.errors.hasPrefix("numa-hints: \(file): cannot be written: "), "\(result.all)")
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test("a file that is there and is no page or picture is left alone")
    func others() throws {
        let file = folder.url.appendingPathComponent("pod.yaml")
        try Data("kind: Pod".utf8).write(to: file)
        for option in ["--html", "--svg"] {
            let result = try numaHints(["topology", option, file.path] + Self.machine)
            #expect(result.status == 2 && result.errors.contains("name another file"), "\(result.all)")
            #expect(try text("pod.yaml") == "kind: Pod")
        }
        let page = folder.url.appendingPathComponent("page.html").path
        for _ in 0..<2 { #expect(try numaHints(["topology", "--html", page] + Self.machine).status == 0) }
        #expect(try numaHints(["topology", "--html", page, "--svg", page] + Self.machine).status == 2)
    }

    @Test("what is no ordinary file is written into, and a link stays one")
    func special() throws {
        let link = folder.url.appendingPathComponent("link.html")
        try Data("<!DOCTYPE html>old".utf8).write(to: folder.url.appendingPathComponent("real.html"))
        try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "real.html")
        _ = try numaHints(Self.refused + ["--html", link.path])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == "real.html")
        #expect(try text("real.html").contains("✕ Refused"))
        #expect(try numaHints(Self.refused + ["--html", "/dev/null"]).status == 1)
        let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(kind == .typeCharacterSpecial)
    }

    @Test(
        "combinations that cannot be are one line and exit 2",
        arguments: [
            ["explain", "Examples/pods/redis.yaml", "--html", "-", "-o", "json"],
            ["explain", "Examples/pods/redis.yaml", "--html", ""], ["explain", "--uid", "x", "--html", "x.html"],
            ["topology", "--html", "-", "-o", "json"], ["topology", "--html", "-", "--svg", "-"],
            ["topology", "--matrix", "--svg", "x.svg"], ["topology", "--svg", ""],
        ])
    func mistakes(words: [String]) throws {
        let result = try numaHints(words + (words[1] == "--uid" ? [] : Self.machine))
        #expect(result.status == 2 && result.output.isEmpty, "\(result.all)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
    }
}
