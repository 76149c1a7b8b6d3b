// SPDX-License-Identifier: Apache-2.0

import JSONWriting
import NIOHTTP1
package import NUMACore

/// A call of a service, as a client makes it.
package struct ServiceQuestion: Sendable {
    var method: HTTPMethod
    var path: String
    var body = ""
    /// What an error about the body names.
    var file: String?
    var hasPicture: Bool

    private init(_ call: Call, query: String = "", body: String = "", file: String? = nil) {
        method = call.method
        path = call.path + query
        self.body = body
        self.file = file
        hasPicture = call == .status
    }

    /// - Parameters:
    ///   - pod: in YAML or JSON.
    ///   - file: where it is from.
    package static func admit(_ pod: String, file: String) -> ServiceQuestion {
        ServiceQuestion(.admit, body: pod, file: file)
    }

    /// - Parameter changes: how many changes at most are looked for, 0 to 100.
    package static func explain(_ pod: String, file: String, changes: Int) -> ServiceQuestion {
        ServiceQuestion(.explain, query: "?changes=\(changes)", body: pod, file: file)
    }

    package static func release(_ holder: Holder) -> ServiceQuestion {
        ServiceQuestion(.release, body: Self.text(Members(uid: holder.podUID, container: holder.container)))
    }

    /// - Parameters:
    ///   - cgroup: below the root of the cgroups; the kubelet's rules find it if neither this nor a process is given.
    ///   - process: one in the cgroup.
    package static func attach(_ holder: Holder, cgroup: String?, process: Int32?) -> ServiceQuestion {
        ServiceQuestion(
            .attach,
            body: Self.text(Members(uid: holder.podUID, container: holder.container, cgroup: cgroup, pid: process)))
    }

    package static let status = ServiceQuestion(.status)

    private struct Members: Encodable {
        var uid: String
        var container: String?
        var cgroup: String?
        var pid: Int32?
    }

    /// Text and numbers can always be written.
    private static func text(_ members: Members) -> String { (try? CompactJSON.text(of: members)) ?? "{}" }
}
