// SPDX-License-Identifier: Apache-2.0

@testable import Enforcement
import Foundation
import NUMACore
import TestSupport
import Testing

/// Which cgroup is a container's.
@Suite("Finding cgroups")
struct KubeletCgroupsTests {
    static let uid = "1c2d3e4f-5a6b-7c8d-9e0f-112233445566"

    @Test(
        "a pod is where its class puts it, by both drivers",
        arguments: [
            (QOSClass.guaranteed, "/kubepods/pod\(uid)", "/kubepods.slice/kubepods-pod\(underscored).slice"),
            (
                .burstable, "/kubepods/burstable/pod\(uid)",
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(underscored).slice"
            ),
            (
                .bestEffort, "/kubepods/besteffort/pod\(uid)",
                "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod\(underscored).slice"
            ),
        ])
    func pods(qos: QOSClass, cgroupfs: String, systemd: String) {
        #expect(KubeletCgroups.groups(ofPod: Self.uid, qos) == [cgroupfs, systemd])
    }

    private static let underscored = "1c2d3e4f_5a6b_7c8d_9e0f_112233445566"

    @Test("a container is found by its id, which the newest link of its log tells", arguments: [false, true])
    func containers(isSystemd: Bool) throws {
        let folder = try CgroupFolder(.v2)
        let place = KubeletCgroups.groups(ofPod: Self.uid, .guaranteed)[isSystemd ? 1 : 0]
        let (old, new) = (String(repeating: "a", count: 64), String(repeating: "0", count: 64))
        func name(_ id: String) -> String { isSystemd ? "cri-containerd-\(id).scope" : id }
        let pod = PodSpec(uid: Self.uid, name: "web", containers: [ContainerSpec(name: "app")], qos: .guaranteed)
        func group() throws -> String {
            try KubeletCgroups(try folder.tree(), root: folder.folder.url.path).group(of: "app", in: pod)
        }

        #expect(
            complaint(group)?.contains("has no cgroup yet: neither /kube") == true)
        try folder.add("\(place)/\(name(old))")
        #expect(
            complaint(group)?.contains("has no web_default_app-<id>.log") == true)
        let logs = folder.folder.url.appendingPathComponent("var/log/containers")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        for (id, age) in [(old, 1000.0), (new, 10.0)] {
            let path = logs.appendingPathComponent("web_default_app-\(id).log").path
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
        }
        #expect(complaint(group)?.contains("none of \(new) below \(place)") == true)
        try folder.add("\(place)/\(name(new))")
        #expect(try group() == "\(place)/\(name(new))")
    }

    private func complaint(_ body: () throws -> String) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("a process says its group, by either version")
    func processes() throws {
        let text = "12:hugetlb:/h\n4:cpu,cpuset:/kube/a:b\n1:name=systemd:/s\n0::/user.slice/x\n"
        #expect(ProcessCgroup.find(in: text, .v1) == "/kube/a:b")
        #expect(ProcessCgroup.find(in: text, .v2) == "/user.slice/x")
        #expect(ProcessCgroup.find(in: "0:broken", .v2) == nil)
        let folder = try PrivateFolder()
        let proc = folder.url.appendingPathComponent("proc/7")
        try FileManager.default.createDirectory(at: proc, withIntermediateDirectories: true)
        try Data("0::/../other\n".utf8).write(to: proc.appendingPathComponent("cgroup"))
        for pid: Int32 in [7, 8] {
            let error = #expect(throws: NUMAHintsError.self) {
                _ = try ProcessCgroup.group(of: pid, .v2, root: folder.url.path)
            }
            #expect(error?.code == .machine)
        }
    }
}
