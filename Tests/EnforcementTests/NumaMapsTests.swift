// SPDX-License-Identifier: Apache-2.0

import CProcess
@testable import Enforcement
import Foundation
import NUMACore
import TestSupport
import Testing

/// Where pages are, as the kernel writes it.
@Suite("Pages by node")
struct NumaMapsTests {
    static let text = """
        00400000 default file=/usr/bin/my\\040tool mapped=12 N0=4 N1=8 kernelpagesize_kB=4
        00800000 bind:0 heap anon=10 dirty=10 active=6 N0=7 N3=3 kernelpagesize_kB=4
        7f0000000000 bind:0-1 file=/lib/libc.so.6 anon=2 dirty=2 mapped=9 N1=9 kernelpagesize_kB=4
        7f1000000000 interleave:0-3 file=/anon_hugepage\\040(deleted) huge dirty=4 N2=4 kernelpagesize_kB=2048
        7f2000000000 default file=/dev/shm/ring dirty=5 N10=5 kernelpagesize_kB=4
        7f3000000000 default
        7ffc00000000 prefer=static:1 stack anon=3 dirty=3 N1=3 kernelpagesize_kB=4
        """

    @Test("mappings are what their pages are, whatever their policy is called")
    func lines() throws {
        let mappings = try NumaMaps(Self.text).mappings
        #expect(mappings.map(\.kind) == [.file, .anonymous, .mixed, .hugetlb, .anonymous, .anonymous])
        #expect(
            mappings.map(\.name) == [
                "/usr/bin/my\\040tool", "heap", "/lib/libc.so.6", "/anon_hugepage\\040(deleted)", "/dev/shm/ring",
                "stack",
            ])
        #expect(mappings.map { $0.pages(outside: [0, 1]) } == [0, 3, 0, 4, 5, 0])
        #expect(mappings.map(\.pageSize) == [4096, 4096, 4096, 2 << 20, 4096, 4096])
        #expect(mappings[4].shares == [NumaMaps.Share(node: 10, pages: 5)])
    }

    @Test("a line that is none names its number")
    func broken() {
        let error = #expect(throws: NUMAHintsError.self) { _ = try NumaMaps(Self.text + "\nnothing\n") }
        #expect(error?.line == 8 && error?.message.contains("found \"nothing\"") == true)
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<TestEnvironment.cases(200) {
            var bytes = Array(Self.text.utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? NumaMaps(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("pages of a file that were written over are told from those that were not")
    func mixed() throws {
        let folder = try PrivateFolder()
        let path = folder.url.appendingPathComponent("pages").path
        let size = sysconf(Int32(_SC_PAGESIZE))
        #expect(FileManager.default.createFile(atPath: path, contents: Data(repeating: 7, count: 20 * size)))
        let file = unsafe open(path, O_RDONLY)
        defer { close(file) }
        let map = unsafe try #require(
            unsafe mmap(nil, 20 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0), "mmap gives no place")
        defer { _ = unsafe munmap(map, 20 * size) }
        let bytes = unsafe map.assumingMemoryBound(to: UInt8.self)
        var sum = 0
        for page in 0..<20 {
            if page < 6 { unsafe bytes[page * size] = 1 }
            sum += Int(unsafe bytes[page * size])
        }
        #expect(sum == 6 + 14 * 7)
        var own = [UInt](repeating: 0, count: 1024)
        let start = UInt(bitPattern: map)
        let problem = unsafe own.withUnsafeMutableBufferPointer { counts in
            unsafe counts.baseAddress.map {
                unsafe pages_by_node(getpid(), start, start + UInt(20 * size), $0, counts.count)
            }
        }
        #expect(problem == 0)
        #expect(own.reduce(0, +) == 6)
    }

    @Test("a process is where it says, and drift is told from what is harmless")
    func verified() throws {
        let folder = try PrivateFolder()
        func put(_ path: String, _ text: String) throws {
            let url = folder.url.appendingPathComponent("proc/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: url)
        }
        try put("7/comm", "redis")
        try put("7/task/7/status", "Name:\tredis\nCpus_allowed_list:\t2-3\n")
        try put("7/task/9/status", "Name:\tio\nCpus_allowed_list:\t0-7\n")
        // No mapping in it is mixed: those are looked at page by page, on the live machine.
        try put("7/numa_maps", Self.text.replacingOccurrences(of: "anon=2 dirty=2 ", with: ""))
        for (pid, parent) in [(7, 1), (8, 7), (9, 8), (10, 1)] { try put("\(pid)/stat", "\(pid) (a b) S \(parent) 1") }
        let proc = ProcFiles(root: folder.url.path)
        #expect(proc.family(of: 7) == [7, 8, 9])
        let findings = try Verifier(proc).verify(7, cpus: [2, 3], nodes: [0, 1])
        #expect(
            findings.map { "\($0.kind): \($0.text)" } == [
                "drift: process 7 (redis), thread 9: may run on the CPUs 0-7, committed 2-3",
                "drift: process 7 (redis): 3 pages of its own (4Ki each) are on node 3, committed nodes 0-1",
                "drift: process 7 (redis): 5 pages of its own (4Ki each) are on node 10, committed nodes 0-1",
                "drift: process 7 (redis): 4 huge pages (2Mi each) are on node 2, committed nodes 0-1",
                "fine: process 7 (redis): 40Ki of its own on nodes 0-1",
            ])
        let file = try Verifier(proc).verify(7, cpus: CPUSet(0..<8), nodes: [0, 2, 3, 10])
        #expect(
            file.filter { $0.kind == .harmless }.map(\.text) == [
                "process 7 (redis): 17 pages of files (4Ki each) are on node 1, committed nodes 0,2-3,10"
            ])
        #expect(try Verifier(proc).verify(6, cpus: [0], nodes: [0]).isEmpty)
    }
}
