// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// Where libraries are looked for: the first source given is used alone.
@Suite("Provider search")
struct ProviderSearchTests {
    let folder: PrivateFolder

    init() throws {
        folder = try PrivateFolder()
        for name in ["b.so", "a.so", "libnumahints.so", "readme.txt"] {
            try Data().write(to: folder.url.appendingPathComponent(name))
        }
    }

    @Test("a folder gives its libraries in order of name, without the one for agents")
    func folders() throws {
        let search = try ProviderSearch(
            folders: [folder.url.path], configured: ["/nowhere"], environment: "/nowhere")
        #expect(search.libraries == ["\(folder.url.path)/a.so", "\(folder.url.path)/b.so"])
        #expect(search.source == "--providers")
    }

    @Test("the configuration comes before the environment, and the environment before the default")
    func order() throws {
        let path = folder.url.path
        #expect(
            try ProviderSearch(configured: [path], environment: "/nowhere").source.contains("configuration"))
        #expect(try ProviderSearch(environment: "\(path):\(path)").libraries.count == 4)
        #expect(try ProviderSearch().source == "the default place")
    }

    @Test("in a build folder the default is this project's own libraries, in the kubelet's order")
    func ownLibraries() throws {
        let names = try ProviderSearch().libraries.map { URL(fileURLWithPath: $0).lastPathComponent }
        #expect(names == ["devices", "pci", "sriov", "cpu", "memory", "hugepages"].map { "libnuma-hints-\($0).so" })
    }

    @Test("what the configuration adds comes last")
    func added() throws {
        let search = try ProviderSearch(folders: [folder.url.path], added: ["/opt/libwidget.so"])
        #expect(search.libraries.last == "/opt/libwidget.so")
    }

    @Test(
        "a folder that is missing, or has no library, is told",
        arguments: ["/nowhere/at/all", "/proc/self/task"])
    func missing(path: String) {
        #expect(throws: NUMAHintsError.self) { try ProviderSearch(folders: [path]) }
    }
}
