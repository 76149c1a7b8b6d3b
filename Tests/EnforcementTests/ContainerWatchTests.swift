// SPDX-License-Identifier: Apache-2.0

@testable import Enforcement
import Foundation
import NUMACore
import TestSupport
import Testing

/// Who is due, from look to look, on folders.
@Suite("Watching for containers")
struct ContainerWatchTests {
    static let uid = "1c2d3e4f-5a6b-7c8d-9e0f-112233445566"
    private let folder: CgroupFolder
    private let pod = PodSpec(
        uid: Self.uid, name: "web", containers: [ContainerSpec(name: "app"), ContainerSpec(name: "log")],
        qos: .guaranteed)

    init() throws { folder = try CgroupFolder(.v2) }

    private func watch() throws -> ContainerWatch {
        ContainerWatch(try folder.tree(), root: folder.folder.url.path)
    }

    private func candidates(_ groups: [String: String] = [:]) -> [ContainerWatch.Candidate] {
        pod.containers.map { ContainerWatch.Candidate($0.name, of: pod, group: groups[$0.name]) }
    }

    private func id(_ character: Character) -> String { String(repeating: character, count: 64) }

    /// A container's cgroup and the link to its log.
    @discardableResult
    private func start(_ container: String, _ character: Character, isSystemd: Bool = false, age: Double = 100)
        throws -> String
    {
        let place = KubeletCgroups.groups(ofPod: Self.uid, .guaranteed)[isSystemd ? 1 : 0]
        let id = id(character)
        let group = place + "/" + (isSystemd ? "cri-containerd-\(id).scope" : id)
        try folder.add(group)
        let logs = folder.folder.url.appendingPathComponent("var/log/containers")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        let path = logs.appendingPathComponent("web_default_\(container)-\(id).log").path
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
        return group
    }

    private func end(_ group: String) throws {
        try FileManager.default.removeItem(at: folder.folder.url.appendingPathComponent(group))
    }

    @Test("containers are due when their groups come, once, by both drivers", arguments: [false, true])
    func arrivals(isSystemd: Bool) throws {
        var watch = try watch()
        #expect(watch.look(for: candidates()) == ContainerWatch.Look())
        let app = try start("app", "a", isSystemd: isSystemd)
        var look = watch.look(for: candidates())
        #expect(look.arrivals.map(\.group) == [app] && look.arrivals.map(\.holder.container) == ["app"])
        watch.settle(try #require(look.arrivals.first))
        let log = try start("log", "b", isSystemd: isSystemd)
        look = watch.look(for: candidates(["app": app]))
        #expect(look.arrivals.map(\.group) == [log])
        watch.settle(try #require(look.arrivals.first))
        #expect(watch.look(for: candidates(["app": app, "log": log])) == ContainerWatch.Look())
        // Also where the ledger does not say so.
        #expect(watch.look(for: candidates()) == ContainerWatch.Look())
    }

    @Test("groups of version 1 are looked for among the cpusets")
    func first() throws {
        let old = try CgroupFolder(.v1)
        let id = id("a")
        try old.add("/kubepods/pod\(Self.uid)/\(id)")
        try old.put("var/log/containers", "web_default_app-\(id).log", "")
        var watch = ContainerWatch(try old.tree(), root: old.folder.url.path)
        let look = watch.look(for: candidates())
        #expect(look.arrivals.map(\.group) == ["/kubepods/pod\(Self.uid)/\(id)"])
        watch.settle(try #require(look.arrivals.first))
        #expect(watch.look(for: candidates()) == ContainerWatch.Look())
    }

    @Test("who starts anew is due again; who has ended is not")
    func restarts() throws {
        var watch = try watch()
        let old = try start("app", "a", age: 1000)
        // Somebody attached it before: it is taken as it is.
        #expect(watch.look(for: candidates(["app": old])) == ContainerWatch.Look())
        try end(old)
        #expect(watch.look(for: candidates(["app": old])) == ContainerWatch.Look())
        let new = try start("app", "c", age: 10)
        let look = watch.look(for: candidates(["app": old]))
        #expect(look.arrivals.map(\.group) == [new])
        watch.settle(try #require(look.arrivals.first))
        // The same path with another folder behind it. A second one keeps the number of the first from coming back.
        try folder.add("/other")
        let folders = folder.folder.url
        try FileManager.default.moveItem(
            at: folders.appendingPathComponent(new), to: folders.appendingPathComponent("aside"))
        try folder.add(new)
        #expect(watch.look(for: candidates(["app": new])).arrivals.map(\.group) == [new])
        // Released, and gone.
        #expect(watch.look(for: []) == ContainerWatch.Look())
        try end(new)
        #expect(watch.look(for: []) == ContainerWatch.Look())
    }

    @Test("a failure is news once, and is tried again after 1, 2, 4 and up to 64 looks")
    func failures() throws {
        var watch = try watch()
        try start("app", "a")
        var due: [Int] = []
        for number in 1...300 {
            guard let arrival = watch.look(for: candidates()).arrivals.first else { continue }
            due.append(number)
            #expect(watch.fail(arrival, "full") == (number == 1))
        }
        #expect(due == [1, 2, 4, 8, 16, 32, 64, 128, 192, 256])
        // Another reason is news, another group is due at once.
        var arrival: ContainerWatch.Arrival?
        while arrival == nil { arrival = watch.look(for: candidates()).arrivals.first }
        #expect(watch.fail(try #require(arrival), "other"))
        let next = try start("app", "b", age: 1)
        let look = watch.look(for: candidates())
        #expect(look.arrivals.map(\.group) == [next])
        #expect(watch.fail(try #require(look.arrivals.first), "other"))
        watch.settle(try #require(look.arrivals.first))
        #expect(watch.look(for: candidates()).arrivals.isEmpty)
    }
}
