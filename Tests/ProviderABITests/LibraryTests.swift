// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Libraries")
struct LibraryTests {
    private static let inventory = """
        {"devices":[{"id":"w0","resource":"example.org/widget","nodes":[0]},\
        {"id":"w1","resource":"example.org/widget","nodes":[0]},\
        {"id":"w2","resource":"example.org/widget","nodes":[1]},\
        {"id":"w3","resource":"example.org/widget","nodes":[1]}]}
        """

    private func library(_ name: String) -> String {
        TestEnvironment.built.appendingPathComponent("libnuma-hints-\(name).so").path
    }

    private func symbols(_ path: String) throws -> [String] {
        let result = try run("nm", ["-D", "--defined-only", path])
        #expect(result.status == 0, "\(result.all)")
        return result.output.split(separator: "\n").compactMap {
            $0.split(separator: " ").last.map(String.init)
        }
    }

    @Test("a library exports one symbol", arguments: ["cpu", "memory", "hugepages", "devices"])
    func oneSymbol(_ name: String) throws {
        #expect(try symbols(library(name)) == ["numa_hints_entry_v1"])
    }

    @Test("the example in C exports one symbol, with either compiler", arguments: ["gcc", "clang"])
    func widgetSymbol(_ compiler: String) throws {
        guard Workshop.has(compiler) else { return }
        let workshop = try Workshop()
        let path = try workshop.widget("widget", headers: Workshop.headers.path, compiler: compiler)
        #expect(try symbols(path) == ["numa_hints_entry_v1"])
    }

    @Test("the example in C is built by the line that its page gives, and is short")
    func widgetLine() throws {
        let folder = Workshop.widget.deletingLastPathComponent()
        let page = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
        let line = try #require(page.split(separator: "\n").first { $0.contains("cc -shared") })
        let workshop = try Workshop()
        let words = line.split(separator: " ").map(String.init)
        let arguments = words.dropFirst().map { $0 == "libwidget.so" ? workshop.path("libwidget.so") : $0 }
        let result = try run("cc", Array(arguments), in: folder)
        #expect(result.status == 0, "\(result.all)")
        #expect(
            try String(contentsOf: Workshop.widget, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false
            ).count <= 160)
    }

    @Test("a provider and a host of other minor versions understand each other, in C")
    func minorsInC() throws {
        let workshop = try Workshop()
        var outputs: Set<String> = []
        var libraries: [String] = []
        for version in HeaderVersion.allCases {
            libraries.append(
                try workshop.widget("widget-\(version)", headers: version.write(in: workshop)))
        }
        for version in HeaderVersion.allCases {
            let driver = try workshop.driver("driver-\(version)", headers: workshop.path(version.rawValue))
            for library in libraries {
                let result = try run(driver, [library, "example.org/widget"])
                #expect(result.status == 0, "\(version) host, \(library): \(result.all)")
                outputs.insert(result.output)
            }
        }
        #expect(outputs.count == 1)
        #expect(outputs.first?.contains("because 2 of 4 widgets can be given, 9 requested") == true)
    }

    @Test("a provider in Swift works in hosts of other minor versions", arguments: HeaderVersion.allCases)
    func minorsInSwift(_ version: HeaderVersion) throws {
        let workshop = try Workshop()
        let driver = try workshop.driver("driver", headers: version.write(in: workshop))
        let widget = try workshop.widget("widget", headers: Workshop.headers.path)
        let result = try run(driver, [library("devices"), "example.org/widget", Self.inventory])
        #expect(result.status == 0, "\(result.all)")
        // The same four devices: but for name and reasons the two say the same.
        func answers(_ output: String) -> [Substring] {
            output.split(separator: "\n").filter { !$0.hasPrefix("  because") && !$0.hasPrefix("org.") }
        }
        let expected = try run(driver, [widget, "example.org/widget"])
        #expect(answers(result.output) == answers(expected.output))
        for name in ["cpu", "memory", "hugepages"] {
            let result = try run(driver, [library(name), name == "hugepages" ? "hugepages-2Mi" : name])
            #expect(result.status == 0, "\(name): \(result.all)")
            #expect(result.output.contains("org.numa-hints.\(name), last 1"))
            let stock = [
                "cpu": "stock cpu at 2: 2000 of 2000",
                "memory": "stock memory at 2: 3221225470 of 3221225472",
                "hugepages": "stock hugepages-2Mi at 2: 1073741822 of 1073741824",
            ]
            #expect(result.output.contains(stock[name] ?? "-"), "\(result.output)")
        }
    }

    @Test("books in C over the header of ours keep the contract, as the example does", arguments: ["gcc", "clang"])
    func books(_ compiler: String) throws {
        guard Workshop.has(compiler) else { return }
        let workshop = try Workshop()
        let source = TestEnvironment.root.appendingPathComponent("Tests/ABI/books.c").path
        let made = try workshop.widget("books", headers: Workshop.headers.path, compiler: compiler, source: source)
        let checked = try numaHints("check", made, "--timeout", "60")
        #expect(checked.status == 0 && checked.output.contains(" passed with "), "\(checked.all)")
        let driver = try workshop.driver("driver", headers: Workshop.headers.path)
        let widget = try workshop.widget("widget", headers: Workshop.headers.path)
        // Reasons are worded otherwise, and what is free is told by another extension.
        func answers(_ library: String) throws -> [Substring] {
            try run(driver, [library, "example.org/widget"]).output.split(separator: "\n")
                .filter { !$0.hasPrefix("  because") && !$0.hasPrefix("  stock") && !$0.hasPrefix("stock") }
        }
        #expect(try answers(made) == answers(widget))
    }

    @Test("the example in C keeps to its memory and to defined behaviour, as far as sanitizers see")
    func sanitized() throws {
        let checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"]
        let workshop = try Workshop()
        try workshop.write("int main(void) { return 0; }\n", to: "empty.c")
        let empty = try run("cc", checks + ["-o", workshop.path("empty"), workshop.path("empty.c")])
        // Not every compiler comes with them.
        guard empty.status == 0, try run(workshop.path("empty"), []).status == 0 else { return }
        let plain = try run(
            workshop.driver("plain", headers: Workshop.headers.path),
            [workshop.widget("plain", headers: Workshop.headers.path), "example.org/widget"])
        let library = try workshop.widget("widget", headers: Workshop.headers.path, options: checks)
        let driver = try workshop.driver("driver", headers: Workshop.headers.path, options: checks)
        let result = try run(driver, [library, "example.org/widget"])
        #expect(result.status == 0 && result.all == plain.all, "\(result.all)")
    }

    @Test("broken settings come back as a reason")
    func settings() throws {
        let workshop = try Workshop()
        let driver = try workshop.driver("driver", headers: Workshop.headers.path)
        let result = try run(driver, [library("devices"), "example.org/widget", #"{"devices": 1}"#])
        #expect(result.status == 4)
        #expect(result.output.contains("because settings.devices must be a list, found the number 1"))
    }
}
