// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NIOHTTP1
import NUMACore
import NUMAHints

/// The body of a call about a pod or a container of it.
struct HolderBody: Decodable {
    var uid: String
    var container: String?
    /// Below the root of the cgroups.
    var cgroup: String?
    /// A process in the cgroup.
    var pid: Int32?

    private enum CodingKeys: String, CodingKey, CaseIterable { case uid, container, cgroup, pid }

    /// - Throws: for what is no JSON, for members of other names or types, and for what this call does not know.
    static func read(_ bytes: [UInt8], for call: Call) throws(Problem) -> HolderBody {
        let known = CodingKeys.allCases.map(\.rawValue).prefix(call == .attach ? 4 : 2)
        let body: HolderBody
        do {
            let decoder = JSONDecoder()
            let names = try decoder.decode([String: Unread].self, from: Data(bytes)).keys.sorted()
            if let other = names.first(where: { !known.contains($0) }) {
                throw Problem(
                    .badRequest, "the body has no member \"\(other)\": expected \(known.joined(separator: ", "))")
            }
            body = try decoder.decode(HolderBody.self, from: Data(bytes))
        } catch let problem as Problem {
            throw problem
        } catch DecodingError.keyNotFound(let key, _) {
            throw Problem(.badRequest, "the body must have the member \"\(key.stringValue)\"")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            let name = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw Problem(
                .badRequest,
                name.isEmpty ? "the body must be a JSON object" : "\"\(name)\" has not the type that it should have")
        } catch {
            throw Problem(.badRequest, "the body must be a JSON object with \(known.joined(separator: ", "))")
        }
        guard !body.uid.isEmpty, body.container?.isEmpty != true, body.cgroup?.isEmpty != true else {
            throw Problem(.badRequest, "uid, container and cgroup must not be empty")
        }
        return body
    }

    /// The container that is meant, and where its cgroup is.
    func attachment() throws(Problem) -> (Holder, Attachment.Place) {
        guard let container else { throw Problem(.badRequest, "the body must have the member \"container\"") }
        guard cgroup == nil || pid == nil else {
            throw Problem(.badRequest, "\"cgroup\" and \"pid\" both name the cgroup: give one of them")
        }
        let place: Attachment.Place =
            if let cgroup { .path(cgroup) } else if let pid { .process(pid) } else { .kubelet }
        return (Holder(podUID: uid, container: container), place)
    }

    /// A value that is not looked at.
    private struct Unread: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
