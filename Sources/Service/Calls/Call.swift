// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// What can be asked of the service.
enum Call: String, CaseIterable {
    case admit, attach, events, explain, health, metrics, ready, release, status

    /// What a caller must be allowed to.
    enum Need {
        case nothing, reading, changing
    }

    var need: Need {
        switch self {
        case .health, .ready: .nothing
        case .events, .explain, .metrics, .status: .reading
        case .admit, .attach, .release: .changing
        }
    }

    var method: HTTPMethod {
        switch self {
        case .admit, .attach, .explain, .release: .POST
        case .events, .health, .metrics, .ready, .status: .GET
        }
    }

    var path: String {
        switch self {
        case .health: "/healthz"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        default: "/v1/\(rawValue)"
        }
    }

    /// The parameters that it knows.
    var parameters: Set<String> {
        switch self {
        case .explain: ["changes", "width"]
        case .admit, .attach, .release, .status: ["width"]
        case .events, .health, .metrics, .ready: []
        }
    }

    /// - Throws: of status 404 for a path that there is not, 405 for one with other methods.
    static func named(_ method: HTTPMethod, _ path: String) throws(Problem) -> Call {
        guard let call = allCases.first(where: { $0.path == path }) else {
            let paths = allCases.map(\.path).sorted().joined(separator: ", ")
            throw Problem(.notFound, "there is no \(path.prefix(100)): expected one of \(paths)")
        }
        guard call.method == method else {
            var problem = Problem(.methodNotAllowed, "\(path) takes \(call.method), found \(method)")
            problem.headers = [("Allow", call.method.rawValue)]
            throw problem
        }
        return call
    }
}
