// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import ProviderIsolation
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

    /// What it could do, by what it tried, as it says itself.
    private func tried(_ calls: IsolationOptions.SystemCalls, user: String? = nil) throws -> [String: String] {
        let log = ChaosProvider.Log()
        let registry = try ChaosProvider.registry(
            [try ChaosProvider.library.get().url.path],
            settings: ["org.example.chaos": #"{"call":"hints","fault":"rights"}"#], systemCalls: calls, user: user,
            log: log)
        let provider = try #require(registry.providers.first, "\(registry.refused)")
        let request = ResourceRequest(pod: ChaosProvider.pod("u", things: 1), container: 0, candidateNodes: [0, 1])
        #expect(throws: ProviderFailure.self) { try provider.hints(for: request) }
        let pairs = log.all.joined(separator: " ").split(separator: " ").map { $0.split(separator: "=") }
        return Dictionary(pairs.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }) { first, _ in first }
    }

    @Test("with few system calls it cannot run programs, make processes, signal others or reach a network")
    func fewCalls() throws {
        let few = try tried(.few)
        for call in ["execve", "fork", "signal", "memory", "inet"] { #expect(few[call] == "EPERM", "\(call) \(few)") }
        for call in ["thread", "unix", "file"] { #expect(few[call] == "ok", "\(call) \(few)") }
        let all = try tried(.all)
        #expect(all["execve"] == "ENOENT")
        for call in ["fork", "thread", "signal", "memory", "unix", "file"] {
            #expect(all[call] == "ok", "\(call) \(all)")
        }
    }

    @Test("the filter is the kernel's, as /proc says")
    func filter() throws {
        let registry = try ChaosProvider.registry([try ChaosProvider.library.get().url.path], systemCalls: .few)
        let provider = try #require(registry.providers.first)
        let process = try #require(provider.isolation?.process)
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        #expect(status.contains("Seccomp:\t2\n"))
        #expect(status.contains("NoNewPrivs:\t1\n"))
        withExtendedLifetime(provider) {}
    }

    @Test("it runs as the user of the settings, and does not come back", .enabled(if: geteuid() == 0))
    func otherUser() throws {
        // Where another user can read it.
        let library = try ChaosProvider.library.get().url
        let folder = library.deletingLastPathComponent()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let nobody = try tried(.all, user: "nobody")
        #expect(nobody["user"] == "65534")
        #expect(nobody["root"] == "EPERM")
        #expect(nobody["signal"] == "EPERM")
        #expect(nobody["file"] == "ok")
        for name in [nil, "root"] { #expect(try tried(.all, user: name)["user"] == "0") }
    }

    @Test("a user that is not there, or that this one may not become, is refused in one line")
    func wrongUser() throws {
        func refusal(_ user: String) throws -> String {
            let registry = try ChaosProvider.registry([try ChaosProvider.library.get().url.path], user: user)
            #expect(registry.providers.isEmpty)
            return registry.refused.map(\.reason).joined()
        }
        #expect(try refusal("no-such-user").contains("\"no-such-user\", an account that is not known here"))
        if geteuid() != 0 { #expect(try refusal("root").contains("which only root can have")) }
    }

    @Test("it is gone, and no zombie, when its instance is")
    func end() throws {
        var pair: (provider: ProviderInstance, folder: String)? = try process()
        let folder = try #require(pair?.folder)
        pair = nil
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
