// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// What the process of a provider may do, as /proc says.
@Suite("Rights of a provider's process")
struct ProcessRightsTests {
    private func process() throws -> (provider: ProviderInstance, folder: String) {
        let registry = try ChaosProvider.registry([try ChaosProvider.library.get().url.path], memoryLimit: 1 << 30)
        let provider = try #require(registry.providers.first)
        return (provider, "/proc/\(try #require(provider.isolation?.process))")
    }

    @Test("it gains no rights, and has only descriptors 0 to 2 and the socket")
    func descriptors() throws {
        let (provider, folder) = try process()
        let status = try String(contentsOfFile: "\(folder)/status", encoding: .utf8)
        #expect(status.contains("NoNewPrivs:\t1\n"))
        let numbers = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/fd").sorted()
        #expect(numbers == ["0", "1", "2", "3"])
        let places = try numbers.map { try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/fd/\($0)") }
        #expect(places[0] == "/dev/null")
        #expect(places[1] == places[2] && places[1].hasPrefix("pipe:"))
        #expect(places[3].hasPrefix("socket:"))
        withExtendedLifetime(provider) {}
    }

    @Test("its limits are those of the settings")
    func limits() throws {
        let (provider, folder) = try process()
        let limits = try String(contentsOfFile: "\(folder)/limits", encoding: .utf8)
        func limit(_ name: String) throws -> [String] {
            let line = try #require(limits.components(separatedBy: "\n").first { $0.hasPrefix(name) })
            return Array(line.dropFirst(name.count).split(separator: " ").map(String.init).prefix(2))
        }
        #expect(try limit("Max core file size") == ["0", "0"])
        #expect(try limit("Max address space") == ["1073741824", "1073741824"])
        #expect(try limit("Max open files") == ["64", "64"])
        withExtendedLifetime(provider) {}
    }

    @Test("its environment is its own, and no signal is blocked")
    func environment() throws {
        let (provider, folder) = try process()
        let text = try String(contentsOfFile: "\(folder)/environ", encoding: .utf8)
        let names = Set(text.split(separator: "\0").compactMap { $0.split(separator: "=").first.map(String.init) })
        #expect(names == ["LC_ALL", "PATH", "SWIFT_BACKTRACE"])
        let status = try String(contentsOfFile: "\(folder)/status", encoding: .utf8)
        #expect(status.contains("SigBlk:\t0000000000000000\n"))
        withExtendedLifetime(provider) {}
    }

    @Test("it is gone, and no zombie, when its instance is")
    func end() throws {
        var pair: (provider: ProviderInstance, folder: String)? = try process()
        let folder = try #require(pair?.folder)
        pair = nil
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
