// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import Recordings
import TestSupport
import Testing

@Suite("Snapshots")
struct SnapshotTests {
    private static let recording = TestEnvironment.root
        .appendingPathComponent("Tests/Machines/vm-2node-gpus.tar.gz").path
    private static let kubelet = TestEnvironment.root.appendingPathComponent("Examples/kubelet/root").path
    private static let secret = "SECRET"

    /// Writes files and links below a folder; a text that begins with `->` is a link.
    private func fill(_ folder: URL, _ files: [(path: String, text: String)]) throws {
        for (path, text) in files {
            let place = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            if text.hasPrefix("->") {
                try FileManager.default.createSymbolicLink(
                    atPath: place.path, withDestinationPath: String(text.dropFirst(2)))
            } else {
                try Data(text.utf8).write(to: place)
            }
        }
    }

    /// What the archive's tar file has, as text.
    private func inside(_ archive: [UInt8]) throws -> String {
        String(decoding: try Gzip.inflated(Data(archive), file: "test"), as: UTF8.self)
    }

    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        let folder = try PrivateFolder()
        let path = folder.url.appendingPathComponent("s.tar.gz").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try body(path)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["s.tar.gz"],
            "something unpacked was left behind")
    }

    private func open(_ path: String) throws -> OpenedSnapshot {
        try OpenedSnapshot(path, scratch: (path as NSString).deletingLastPathComponent)
    }

    @Test("equal contents give equal bytes, and a snapshot of a snapshot is the same again")
    func stable() throws {
        func take(_ machine: String, _ kubelet: String) throws -> [UInt8] {
            try CaptureArchive.withUnpacked(machine) { root in
                var snapshot = Snapshot(machineRoot: root)
                #expect(snapshot.addKubelet(folder: kubelet, name: "/var/lib/kubelet") == 4)
                snapshot.addLedger([1, 2, 3], name: "/l.db")
                #expect(snapshot.gaps.isEmpty)
                return try snapshot.archive()
            }
        }
        let first = try take(Self.recording, Self.kubelet)
        #expect(try take(Self.recording, Self.kubelet) == first)
        // RFC 1952: bytes 4 to 7 are the time.
        #expect(first[4..<8].allSatisfy { $0 == 0 })
        try withFile(first) { path in
            let opened = try open(path)
            defer { opened.remove() }
            let (folder, name) = try opened.kubelet()
            #expect(name == "/var/lib/kubelet")
            #expect(try take(path, folder) == first)
            let ledger = try opened.ledger()
            #expect(ledger.name == "/l.db")
            #expect(FileManager.default.contents(atPath: ledger.file) == Data([1, 2, 3]))
        }
    }

    @Test("the machine is the same as where it was taken")
    func machine() throws {
        for name in ["vm-2node-gpus", "vm-4node-sriov"] {
            let recording = TestEnvironment.root.appendingPathComponent("Tests/Machines/\(name).tar.gz").path
            let original = try RecordedMachine.with(recording, wholeSystem: true) { $0.machine }
            let bytes = try CaptureArchive.withUnpacked(recording) { try Snapshot(machineRoot: $0).archive() }
            try withFile(bytes) { path in
                let read = try RecordedMachine.with(path, wholeSystem: true) { $0.machine }
                #expect(read == original, "\(name)")
            }
        }
    }

    @Test("nothing is taken that is not listed")
    func listedAlone() throws {
        let folder = try PrivateFolder()
        let secret = Self.secret
        try fill(
            folder.url,
            [
                ("etc/shadow", secret), ("proc/self/environ", secret), ("proc/1/environ", secret),
                ("proc/cmdline", "root=\(secret) numa=fake=2 password=\(secret)"), ("proc/cpuinfo", "processor : 0\n"),
                ("proc/mounts", "//nas/x /mnt cifs user=\(secret) 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n"),
                ("proc/self/cgroup", "0::/a\n"), ("sys/fs/cgroup/a/cpuset.cpus.effective", "0-1"),
                ("sys/fs/cgroup/a/memory.stat", secret), ("sys/class/dmi/id/product_serial", secret),
                ("sys/devices/pci0/0000:00:01.0/vpd", secret), ("sys/devices/pci0/0000:00:01.0/vendor", "0x10de"),
                ("sys/bus/pci/devices/0000:00:01.0", "->../../../devices/pci0/0000:00:01.0"),
                ("kubelet/config.yaml", "kind: KubeletConfiguration"), ("kubelet/pki/key.pem", secret),
                ("kubelet/kubeconfig", secret), ("kubelet/pods/u/volumes/token", secret),
                ("kubelet/kubeadm-flags.env", "KUBELET_KUBEADM_ARGS=\"--manifest-url-header=A:\(secret)\""),
            ])
        var snapshot = Snapshot(machineRoot: folder.url.path)
        #expect(snapshot.addKubelet(folder: folder.url.path + "/kubelet", name: "/k") == 1)
        #expect(snapshot.gaps.map(\.path) == ["/k/kubeadm-flags.env"])
        let text = try inside(snapshot.archive())
        #expect(!text.contains(secret) && !text.contains("cifs"))
        for words in ["numa=fake=2", "cgroup2 /sys", "cpuset.cpus.effective", "0x10de", "kind: KubeletConfiguration"] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test("links that lead elsewhere are not followed, and said")
    func strayLinks() throws {
        let folder = try PrivateFolder()
        try fill(
            folder.url,
            [
                ("secret", Self.secret), ("sys/devices/system/cpu/online", "->../../../../secret"),
                ("sys/devices/system/cpu/cpu0/topology", "->\(folder.url.path)"), ("core_id", Self.secret),
                ("sys/bus/pci/devices/0000:00:01.0", "->/etc"),
                ("sys/bus/pci/devices/0000:00:02.0", "->../../../../.."),
                ("sys/bus/pci/devices/0000:00:03.0/driver", "->/etc/passwd"), ("kubelet/config.yaml", "->pki/key.pem"),
                ("kubelet/pki/key.pem", Self.secret), ("kubelet/elsewhere/kubelet_internal_checkpoint", Self.secret),
                ("kubelet/device-plugins", "->elsewhere"), ("proc/cpuinfo", "processor : 0\n"),
            ])
        var snapshot = Snapshot(machineRoot: folder.url.path)
        #expect(snapshot.addKubelet(folder: folder.url.path + "/kubelet", name: "/k") == 0)
        let text = try inside(snapshot.archive())
        #expect(!text.contains(Self.secret))
        #expect(
            snapshot.gaps.map(\.path) == [
                "/sys/devices/system/cpu/online", "/sys/devices/system/cpu/cpu0/topology/core_id",
                "/sys/bus/pci/devices/0000:00:01.0", "/sys/bus/pci/devices/0000:00:02.0",
                "/sys/bus/pci/devices/0000:00:03.0/driver", "/k/config.yaml",
                "/k/device-plugins/kubelet_internal_checkpoint",
            ])
    }

    @Test("what is too large is left out or cut, and pipes hold nobody up")
    func sizes() throws {
        let folder = try PrivateFolder()
        try fill(
            folder.url,
            [
                ("sys/devices/system/cpu/online", String(repeating: "1", count: (64 << 10) + 1)),
                ("sys/devices/system/cpu/possible", String(repeating: "2", count: 64 << 10)),
                ("sys/bus/pci/devices/0000:00:03.0/config", String(repeating: "3", count: 4096)),
                ("kubelet/config.yaml", String(repeating: "4", count: (16 << 20) + 1)),
            ])
        _ = unsafe mkfifo(folder.url.path + "/sys/devices/system/cpu/present", 0o600)
        var snapshot = Snapshot(machineRoot: folder.url.path)
        #expect(snapshot.addKubelet(folder: folder.url.path + "/kubelet", name: "/k") == 0)
        #expect(snapshot.gaps.map(\.path) == ["/sys/devices/system/cpu/online", "/k/config.yaml"])
        #expect(snapshot.gaps.allSatisfy { $0.reason.contains("larger than") })
        let text = try inside(snapshot.archive())
        #expect(text.filter { $0 == "2" }.count >= 64 << 10)
        #expect((256..<300).contains(text.filter { $0 == "3" }.count))
    }

    /// Each text of a hostile snapshot.json, with a word of its refusal.
    static let manifests: [(word: String, text: String?)] = [
        ("no snapshot.json", nil), ("damaged", "{"), ("damaged", "[]"), ("damaged", "{\"format\":1e99}"),
        ("format 2", "{\"format\":2}"), ("cannot be", "{\"format\":1,\"ledger\":\"/a\\n/b\"}"),
        ("cannot be", "{\"format\":1,\"kubeletRoot\":\"\\u001b[2J\"}"),
        ("cannot be", "{\"format\":1,\"kubeletRoot\":\"\"}"),
    ]

    @Test(
        "a snapshot that says nonsense of itself is one line, and nothing is left of it", arguments: manifests.indices)
    func hostileManifest(place: Int) throws {
        let (word, text) = Self.manifests[place]
        var tar = TarBuilder()
        tar.add("box/proc/cpuinfo", content: Data("x".utf8))
        if let text { tar.add("box/snapshot.json", content: Data(text.utf8)) }
        try withFile(Array(tar.finished)) { path in
            let error = #expect(throws: NUMAHintsError.self) { _ = try open(path) }
            let line = error?.description ?? ""
            #expect(line.contains(word) && !line.contains("\n") && error?.code == .input, "\(line)")
        }
    }

    @Test("hostile entries are refused, and nothing is left of them")
    func hostileEntries() throws {
        for (place, hostile) in CaptureArchiveTests.hostile.enumerated()
        where hostile.word == "absolute"
            || hostile.word == ".." || hostile.word == "outside" || hostile.word == "device"
        {
            try withFile(Array(hostile.tar.finished)) { path in
                let error = #expect(throws: NUMAHintsError.self) { _ = try open(path) }
                #expect(error?.code == .input && error?.description.contains("\n") == false, "\(place)")
            }
        }
    }
}
