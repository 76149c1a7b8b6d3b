// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints explain --kubelet-root`, as a person runs it.
@Suite("explain on a kubelet's node")
struct KubeletRootCommandTests {
    private static let root = "Examples/kubelet/root"
    private static let rest = ["--machine", "Examples/machines/two-socket.xml"]

    private func explain(_ root: String, _ more: String...) throws -> CommandResult {
        try numaHints(["explain", "Examples/pods/gpu-worker.yaml", "--kubelet-root", root] + Self.rest + more)
    }

    /// A copy of the example, to be changed.
    private func copy() throws -> PrivateFolder {
        let folder = try PrivateFolder()
        try FileManager.default.removeItem(at: folder.url)
        try FileManager.default.copyItem(at: URL(fileURLWithPath: Self.root), to: folder.url)
        return folder
    }

    @Test("its configuration and its state files are all that is needed")
    func example() throws {
        let result = try explain(Self.root)
        #expect(result.status == 1, "\(result.all)")
        #expect(result.errors.isEmpty, "\(result.errors)")
        for words in [
            "because cpu: node 0 has 2 of 16 free, node 1 has 12 of 16, 4 requested; "
                + "nvidia.com/gpu: node 0 has 1 of 1 free, node 1 has 0 of 1, 1 requested; no node has both",
            "policy single-numa-node", "23Gi of 43Gi  27Gi of 43Gi",
        ] { #expect(result.output.contains(words), "\(words): \(result.all)") }
    }

    @Test("who holds what is short is named, at most four of them to people, and all as data")
    func holders() throws {
        let result = try explain(Self.root, "-o", "json")
        func value(_ path: any Sendable...) throws -> Any {
            try ExplainCommandTests.value(result.output, at: ["pods", 0, "units", 0, "cause", "holdings"] + path)
        }
        #expect(try (value() as? [Any])?.count == 2)
        #expect(try value(0, "holder") as? String == "uid/5b0c7a5e-3f0e-4a52-9d6c-1a4b0f2f7c11/postgres")
        #expect(try value(0, "resource") as? String == "cpu")
        #expect(try value(0, "nodes") as? [Int] == [0])
        #expect(try value(0, "amount") as? Int == 12000)

        // Pods of one run follow each other; the last finds nothing free.
        let pods = (0..<7).map {
            String(
                decoding: ExplainCommandTests.pod("cpu: \($0 == 3 ? 2 : 1), memory: 1Mi", name: "p\($0)"), as: UTF8.self
            )
        }
        let many = try numaHints(
            ["explain", "-", "--machine", "synthetic:numa:1 core:7 pu:1", "--policy", "single-numa-node"],
            input: Data(pods.joined(separator: "\n---\n").utf8))
        #expect(many.status == 1, "\(many.all)")
        let line =
            "cpu of node 0 is held by default/p3/c (2), default/p0/c (1), default/p1/c (1), default/p2/c (1), "
            + "2 others (2)"
        #expect(many.output.contains(line), "\(many.all)")
    }

    @Test("what would let the pod in is shown, as many as are asked for")
    func changes() throws {
        let lines = [
            "  would be admitted", "    with cpu 2 instead of 4 for worker: on node 0",
            "    without uid/5b0c7a5e-3f0e-4a52-9d6c-1a4b0f2f7c11, which holds cpu 12: on node 0",
            "    without uid/9e41d3a8-6c27-4a5b-8f13-2d7785b1c0de, which holds nvidia.com/gpu 1: on node 1",
            "    under policy best-effort: on node 0, not aligned",
        ]
        for (count, shown) in [("0", 0), ("1", 2), ("3", 4), ("100", 5)] {
            let result = try explain(Self.root, "--changes", count)
            for (index, line) in lines.enumerated() {
                #expect(result.output.contains(line + "\n") == (index < shown), "\(count), \(line): \(result.all)")
            }
        }
        let json = try explain(Self.root, "-o", "json")
        func value(_ path: any Sendable...) throws -> Any {
            try ExplainCommandTests.value(json.output, at: ["pods", 0, "changes"] + path)
        }
        #expect(try value(0, "kind") as? String == "request")
        #expect(try value(0, "to") as? Int == 2000)
        #expect(try value(1, "uid") as? String == "5b0c7a5e-3f0e-4a52-9d6c-1a4b0f2f7c11")
        #expect(try value(1, "nodes") as? [Int] == [0])
        for wrong in ["-1", "101", "x"] {
            let result = try explain(Self.root, "--changes", wrong)
            #expect(result.status == 2 && result.errors.contains("changes"), "\(result.all)")
        }
    }

    @Test("what is named wins over the folder's files")
    func named() throws {
        let result = try explain(Self.root, "--policy", "best-effort")
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("worker gets "), "\(result.all)")
    }

    @Test("files that are damaged or not there are said, with what is lost by it")
    func damaged() throws {
        let folder = try copy()
        let path = folder.url.path
        try Data("{\"x".utf8).write(to: folder.url.appendingPathComponent("cpu_manager_state"))
        for name in ["config.yaml", "device-plugins/kubelet_internal_checkpoint"] {
            try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
        }
        // As a kubelet without flags of its own leaves it.
        try Data("KUBELET_KUBEADM_ARGS=\"\"\n".utf8).write(to: folder.url.appendingPathComponent("kubeadm-flags.env"))
        let result = try explain(path)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("policy none"), "\(result.all)")
        for words in [
            "\(path)/config.yaml is not there", "the file is of the policy Static, and the settings say none",
            "\(path)/cpu_manager_state:1: not JSON",
            "which CPUs containers hold is not known, and all are taken as free",
            "kubelet_internal_checkpoint is not there: which devices there are",
        ] { #expect(result.errors.contains(words), "\(words): \(result.all)") }
    }

    @Test("flags of kubeadm's file win over its configuration")
    func flags() throws {
        let folder = try copy()
        try Data("KUBELET_KUBEADM_ARGS=\"--topology-manager-policy=best-effort --v=4\"\n".utf8)
            .write(to: folder.url.appendingPathComponent("kubeadm-flags.env"))
        let result = try explain(folder.url.path)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("policy best-effort"), "\(result.all)")
    }

    @Test("a pod that holds something is asked for again with that")
    func again() throws {
        let folder = try copy()
        let pod = folder.url.appendingPathComponent("pod.yaml")
        try Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: train, uid: 9e41d3a8-6c27-4a5b-8f13-2d7785b1c0de}
            spec:
              containers:
                - {name: trainer, resources: {limits: {cpu: 4, memory: 16Gi, nvidia.com/gpu: 1}}}
            """.utf8
        ).write(to: pod)
        let result = try numaHints(["explain", pod.path, "--kubelet-root", Self.root] + Self.rest)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.errors.contains("pod default/train holds something already"), "\(result.errors)")
        #expect(result.output.contains("trainer gets nvidia.com/gpu 0000:97:00.0"), "\(result.output)")
        #expect(result.output.contains("CPUs 8-9,24-25"), "\(result.output)")
    }

    @Test("a folder without state files, and options that do not go together")
    func refused() throws {
        let empty = try PrivateFolder()
        let none = try explain(empty.url.path)
        #expect(none.status == 3 && none.errors.contains("no state file of a kubelet is there"), "\(none.all)")
        let file = try explain("README.md")
        #expect(file.status == 2 && file.output.isEmpty, "\(file.all)")
        #expect(file.errors == "numa-hints: README.md: no intact tar file: Unrecognized archive format\n")
        let both = try explain(Self.root, "--ledger", "x.db")
        #expect(both.status == 2 && both.errors.contains("neither with --ledger nor with --uid"), "\(both.all)")
    }
}
