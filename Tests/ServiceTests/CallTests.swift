// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1
import NUMACore
import NUMAHints
import TestSupport
import Testing
import Yams

@testable import Service

@Suite("What can be asked of the service")
struct CallTests {
    private typealias Object = [String: Any]

    /// The file that says what the service is.
    private func described() throws -> Object {
        let file = TestEnvironment.root.appendingPathComponent("docs/openapi.yaml")
        return try #require(try Yams.load(yaml: String(contentsOf: file, encoding: .utf8)) as? Object)
    }

    @Test("OpenAPI has every call with its method and its parameters, and no other")
    func description() throws {
        let described = try described()
        let paths = try #require(described["paths"] as? [String: Object])
        #expect(Set(paths.keys) == Set(Call.allCases.map(\.path)))
        let parameters = try #require((described["components"] as? Object)?["parameters"] as? [String: Object])
        for call in Call.allCases {
            let operations = try #require(paths[call.path])
            #expect(operations.keys.map { $0.uppercased() } == [call.method.rawValue])
            let operation = try #require(operations.values.first as? Object)
            #expect(operation["operationId"] as? String == call.rawValue)
            let own = (operation["parameters"] as? [Object] ?? []).compactMap { $0["$ref"] as? String }
            #expect(Set(own) == Set(call.parameters.map { "#/components/parameters/\($0)" }), "\(call)")
            #expect((operation["requestBody"] != nil) == (call.method == .POST), "\(call)")
        }
        for (name, parameter) in parameters {
            let schema = try #require(parameter["schema"] as? [String: Any])
            let (least, most) = (try #require(schema["minimum"] as? Int), try #require(schema["maximum"] as? Int))
            for (value, isFine) in [(least, true), (most, true), (least - 1, false), (most + 1, false)] {
                let head = HTTPRequestHead(
                    version: .http1_1, method: .POST, uri: "/v1/explain?\(name)=\(value)", headers: ["Host": "x"])
                #expect(((try? Request(head)) != nil) == isFine, "\(name)=\(value)")
            }
            let usual = try Request(
                HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v1/explain", headers: ["Host": "x"]))
            #expect(schema["default"] as? Int == (name == "changes" ? usual.changes : usual.width))
        }
    }

    @Test(
        "what is asked wrongly is told what would be right",
        arguments: [
            ("GET", "/", 404, "there is no /"), ("GET", "/v1/admit", 405, "/v1/admit takes POST, found GET"),
            ("GET", "http://x/nowhere", 404, "there is no /nowhere"), ("GET", "http://x", 404, "there is no /"),
            ("POST", "/v1/explain?width=1", 400, "width must be 20 to 1000"),
            ("POST", "/v1/explain?width", 400, "width must be 20 to 1000"),
            ("POST", "/v1/admit?changes=3", 400, "/v1/admit has no parameter changes: expected width"),
            ("GET", "/healthz?a=b", 400, "/healthz has no parameter a"),
        ])
    func wrong(_ method: String, _ uri: String, _ status: Int, _ words: String) throws {
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: uri, headers: ["Host": "x"])
        let problem = try #require(throws: Problem.self) { try Request(head) }
        #expect(problem.status.code == status && problem.detail.contains(words), "\(problem)")
        #expect(problem.exitStatus == 2)
    }

    @Test(
        "the answer has the first type that is accepted and there is",
        arguments: [
            (nil, "json"), ("*/*", "json"), ("text/plain", "text"), ("application/yaml;q=0.5, text/plain", "yaml"),
            ("image/png, text/plain", "text"), ("application/json;q=0, text/plain", "text"), ("TEXT/PLAIN", "text"),
            ("image/png", nil),
        ] as [(String?, String?)])
    func format(_ accept: String?, _ expected: String?) {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/v1/status", headers: ["Host": "x"])
        if let accept { head.headers.add(name: "Accept", value: accept) }
        #expect((try? Request(head))?.format.rawValue == expected)
    }

    @Test("root, the service's own user and its group may change something; others read only where they may")
    func rights() {
        var options = ServiceOptions(socket: "")
        let callers: [(String, Caller)] = [
            ("root", Caller(user: 0, process: 1, groups: [0])), ("own", Caller(user: 7, process: 1, groups: [7])),
            ("member", Caller(user: 8, process: 1, groups: [8, 50])),
            ("other", Caller(user: 9, process: 1, groups: [9])),
        ]
        func allowed(_ need: Call.Need) -> [String] {
            callers.filter { $0.1.may(need, options, own: 7) }.map(\.0)
        }
        #expect(allowed(.changing) == ["root", "own"] && allowed(.reading) == ["root", "own"])
        options.group = ServiceOptions.Group(name: "numa", id: 50)
        #expect(allowed(.changing) == ["root", "own", "member"] && allowed(.reading) == ["root", "own", "member"])
        options.readers = .everyone
        #expect(allowed(.changing) == ["root", "own", "member"] && allowed(.reading).count == 4)
        #expect(allowed(.nothing).count == 4)
    }

    @Test("law: nobody gets more calls than the rate, and nobody loses one by what others do")
    func rates() {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<TestEnvironment.cases(50) {
            let (rate, burst) = (
                Double.random(in: 1...100, using: &random), Double(Int.random(in: 1...50, using: &random))
            )
            var together = RateLimit(rate: rate, burst: burst)
            var apart: [UInt32: RateLimit] = [:]
            var allowed: [UInt32: [Double]] = [:]
            var now = 0.0
            for _ in 0..<400 {
                now += Double.random(in: 0...0.1, using: &random)
                let user = UInt32.random(in: 0..<3, using: &random)
                let isAllowed = together.allows(user, now: now)
                #expect(
                    isAllowed == apart[user, default: RateLimit(rate: rate, burst: burst)].allows(user, now: now),
                    "seed \(TestEnvironment.seed)")
                if isAllowed { allowed[user, default: []].append(now) }
            }
            for times in allowed.values {
                for (first, start) in times.enumerated() {
                    for (last, end) in times.enumerated().dropFirst(first) {
                        let most = burst + rate * (end - start) + 1e-6
                        #expect(Double(last - first + 1) <= most, "seed \(TestEnvironment.seed)")
                    }
                }
            }
        }
    }
}
