// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Glibc
import KubernetesFormats
import NUMACore
import NUMAHints
import TestSupport

/// What it costs an agent to embed this: by the library for C against the face in Swift, and for a client in C to begin.
enum EmbeddingBench {
    static var groups: [BenchGroup] {
        [
            BenchGroup(title: "embedding: one pod of cpu and memory, by a ledger on the disk") { try admissions() },
            BenchGroup(title: "embedding: a client in C") { try client() },
        ]
    }

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static let rounds = 40
    private static var folder: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    private static func manifest(_ uid: String) -> String {
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(uid)","uid":"\(uid)"},"spec":{"containers":[{"name":"app",\
        "image":"app","resources":{"limits":{"cpu":"4","memory":"1Gi"}}}]}}
        """
    }

    // MARK: Admission

    /// Both by turns, so that what else runs here disturbs them alike.
    private static func admissions() throws -> [BenchRow] {
        let place = try PrivateFolder()
        let library = try EmbeddedLibrary(folder.appendingPathComponent("libnumahints.so").path)
        let number = try library.open(
            machine: "sim:epyc-nps1", ledger: place.url.appendingPathComponent("c.db").path)
        var options = TopologyManager.Options()
        options.machine = "sim:epyc-nps1"
        options.ledger = place.url.appendingPathComponent("swift.db").path
        let copy = options
        let manager = try waiting { try await TopologyManager(copy) }
        var times: (c: [Duration], swift: [Duration]) = ([], [])
        let clock = ContinuousClock()
        for round in 0..<rounds {
            let (uid, text) = ("pod-\(round)", manifest("pod-\(round)"))
            times.c.append(try clock.measure { try library.admit(number, text) })
            try library.release(number, uid)
            times.swift.append(
                try clock.measure {
                    try waiting {
                        for pod in try TopologyManager.pods(in: text) { _ = try await manager.admit(pod).json }
                    }
                })
            _ = try waiting { try await manager.release(uid) }
        }
        let (own, theirs) = (WholeProcess.median(times.c), WholeProcess.median(times.swift))
        let ratio = (100 * (own / theirs)).rounded() / 100
        return [
            BenchRow(
                name: "numa_hints_admit, to the document", time: own,
                comparison: "TopologyManager.admit \(Bench.text(theirs))", note: "ratio \(ratio)")
        ]
    }

    /// The result of a task, for a caller that is none.
    private static func waiting<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let box = ResultBox<Value>()
        Task {
            do { box.set(.success(try await body())) } catch { box.set(.failure(error)) }
            done.signal()
        }
        done.wait()
        return try box.get()
    }

    // MARK: A client

    private static func client() throws -> [BenchRow] {
        let place = try PrivateFolder()
        func path(_ name: String) -> String { place.url.appendingPathComponent(name).path }
        for name in ["libnumahints.so", "libnumahints.so.1"] {
            try FileManager.default.createSymbolicLink(
                atPath: path(name), withDestinationPath: folder.appendingPathComponent("libnumahints.so").path)
        }
        try source.write(toFile: path("client.c"), atomically: true, encoding: .utf8)
        try "int main(void) { return 0; }\n".write(toFile: path("empty.c"), atomically: true, encoding: .utf8)
        let headers = TestEnvironment.root.appendingPathComponent("Sources/CNUMAHints/include").path
        let compiled = try run(
            "cc",
            ["-O2", "-I", headers, "-o", path("client"), path("client.c"), "-L", place.url.path, "-lnumahints"]
                + ["-Wl,-rpath,\(place.url.path)"])
        guard compiled.status == 0 else { throw Failure(description: compiled.all) }
        _ = try run("cc", ["-O2", "-o", path("empty"), path("empty.c")])
        let words = ["sim:epyc-nps1", path("ledger.db")]
        func median(_ program: String, _ words: [String]) throws -> Duration {
            WholeProcess.median(try (0..<21).map { _ in try WholeProcess.time(path(program), words) })
        }
        let empty = try median("empty", [])
        let memory = try ["loaded", "opened", "admitted"].map { how in
            try run(path("client"), [how] + words).output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return try zip(["loaded", "opened", "admitted"], memory).map { how, memory in
            BenchRow(
                name: "from its start to its end, library \(how)", time: try median("client", [how] + words),
                comparison: "an empty program \(Bench.text(empty))", note: "resident \(memory)")
        }
    }

    private static let source = """
        #include <numa_hints.h>
        #include <stdio.h>
        #include <string.h>
        #include <unistd.h>
        int main(int count, char **words) {
          numa_hints_options options = {.struct_size = sizeof options, .machine = words[2], .ledger = words[3]};
          numa_hints_manager manager;
          if (count != 4 || !numa_hints_version()) return 1;
          if (strcmp(words[1], "loaded") && numa_hints_open(&options, &manager, NULL)) return 2;
          if (!strcmp(words[1], "admitted") && numa_hints_admit(manager, "\(manifest("client").replacing("\"", with: "\\\""))", NULL, NULL))
            return 3;
          char line[256];
          FILE *file = fopen("/proc/self/status", "r");
          while (file && fgets(line, sizeof line, file))
            if (!strncmp(line, "VmRSS:", 6)) fputs(line + 7, stdout);
          fflush(stdout);
          _exit(0);
        }
        """
}
