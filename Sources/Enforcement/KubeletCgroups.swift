// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import NUMACore

/// Where a kubelet keeps the cgroups of pods and containers.
///
/// With the driver cgroupfs a pod is `/kubepods/burstable/pod<uid>`, with systemd it is
/// `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<uid>.slice`, dashes of the uid being underscores;
/// guaranteed pods lack the part of the class. Below it each container has a group that its id is part of. Which id a
/// container has is told by the links in /var/log/containers.
/// Source: https://kubernetes.io/docs/concepts/architecture/cgroups/ and the kubelet's cgroup manager.
///
/// The links are read once, when a value is made: it tells what there was then.
public struct KubeletCgroups: Sendable {
    /// What became of a search.
    public enum Search: Hashable, Sendable {
        case found(String)
        /// It is not there yet; the error says what was looked for.
        case missing(NUMAHintsError)
    }

    private let tree: CgroupTree
    /// Where the links are.
    private let folder: String
    /// The ids of containers by what the names of their links begin with: `web_default_app-`.
    private let ids: [String: [String]]

    /// - Parameter root: prefix of /var/log.
    public init(_ tree: CgroupTree, root: String = "") {
        self.tree = tree
        folder = root + "/var/log/containers"
        var ids: [String: [String]] = [:]
        for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
            guard name.hasSuffix(".log"), let dash = name.lastIndex(of: "-") else { continue }
            let id = name[name.index(after: dash)...].dropLast(4)
            guard id.utf8.count == 64, id.allSatisfy(\.isHexDigit) else { continue }
            ids[String(name[...dash]), default: []].append(String(id))
        }
        self.ids = ids
    }

    /// The places at which a pod can be, in the order in which they are tried.
    public static func groups(ofPod uid: String, _ qos: QOSClass) -> [String] {
        let word =
            switch qos {
            case .guaranteed: ""
            case .burstable: "burstable"
            case .bestEffort: "besteffort"
            }
        let flat = word.isEmpty ? "" : "/\(word)"
        let dashed = word.isEmpty ? "" : "-\(word)"
        let slice = word.isEmpty ? "" : "/kubepods\(dashed).slice"
        let name = "kubepods\(dashed)-pod\(uid.replacing("-", with: "_")).slice"
        return ["/kubepods\(flat)/pod\(uid)", "/kubepods.slice\(slice)/\(name)"]
    }

    /// The group of a container of a pod.
    ///
    /// - Throws: of code `machine`, saying what was looked for, if the pod or the container has none yet.
    public func group(of container: String, in pod: PodSpec) throws(NUMAHintsError) -> String {
        switch try search(for: container, of: pod) {
        case .found(let group): return group
        case .missing(let error): throw error
        }
    }

    /// Looks for the group of a container of a pod.
    ///
    /// - Throws: of code `machine` if the cgroups cannot be read.
    public func search(for container: String, of pod: PodSpec) throws(NUMAHintsError) -> Search {
        let places = Self.groups(ofPod: pod.uid, pod.qos)
        guard let found = places.first(where: tree.exists) else {
            return .missing(
                NUMAHintsError(
                    .machine, "pod \(pod.uid) has no cgroup yet: neither \(places.joined(separator: " nor "))",
                    file: tree.root))
        }
        let children: [String]
        do throws(NUMAHintsError) {
            children = try tree.children(of: found)
        } catch {
            guard tree.exists(found) else { return .missing(error) }
            throw error
        }
        guard let id = id(of: container, in: pod) else {
            return .missing(
                NUMAHintsError(
                    .machine,
                    "which of the \(children.count) groups below \(found) is container \(container) is not known: "
                        + "\(folder) has no \(pod.name)_\(pod.namespace)_\(container)-<id>.log; "
                        + "name it with --cgroup or --pid"))
        }
        guard let group = children.first(where: { $0.contains(id) }) else {
            return .missing(
                NUMAHintsError(
                    .machine, "container \(container) has no cgroup yet: none of \(id) below \(found)"))
        }
        return .found(group)
    }

    /// The id of a container, of the newest of its links.
    private func id(of container: String, in pod: PodSpec) -> String? {
        let stem = "\(pod.name)_\(pod.namespace)_\(container)-"
        guard let ids = ids[stem], ids.count > 1 else { return ids[stem]?.first }
        func age(_ id: String) -> Date {
            let path = "\(folder)/\(stem)\(id).log"
            let found = try? FileManager.default.attributesOfItem(atPath: path)
            return found?[.modificationDate] as? Date ?? .distantPast
        }
        return ids.max { age($0) < age($1) }
    }
}
