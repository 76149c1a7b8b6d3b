// SPDX-License-Identifier: Apache-2.0

/// The lines of kubelets up to 1.20, which are sentences, as records with the names of later ones.
///
/// Source: `pkg/kubelet/cm/topologymanager` of Kubernetes 1.16 to 1.20.
enum LogSentence {
    static func record(_ scanner: ByteScanner) -> LogRecord? {
        var scanner = scanner
        if scanner.skip("Version: v") { return made("Kubelet version", [("kubeletVersion", "v" + scanner.text)]) }
        if scanner.skip("Event(") { return event(scanner) }
        guard scanner.skip("[topologymanager] ") else { return nil }
        if scanner.skip("TopologyHints for pod '") { return hints(scanner) }
        if scanner.skip("Best TopologyHint for (pod: ") { return result("Best TopologyHint", scanner) }
        if scanner.skip("Topology Affinity for (pod: ") { return result("Topology Affinity", scanner) }
        if scanner.skip("Topology Affinity for Pod: ") { return affinities(scanner) }
        for name in ["ContainerTopologyHint", "PodTopologyHint"] where scanner.skip(name + ": ") {
            return made(name, [], ("bestHint", scanner))
        }
        if scanner.skip("Creating topology manager with ") { return start(scanner) }
        for message in [LogEvent.noPreference, LogEvent.impossible] where scanner.skip(message + " '") {
            return made(message, [("resource", scanner.take(until: "'") ?? "")])
        }
        if scanner.skip("Topology Admit Handler") { return made("Topology Admit Handler", []) }
        return nil
    }

    private static func hints(_ scanner: ByteScanner) -> LogRecord? {
        var scanner = scanner
        guard let pod = scanner.take(until: "'") else { return nil }
        if scanner.skip(": ") { return made("TopologyHints", [("pod", pod)], ("hints", scanner)) }
        guard scanner.skip(", container '"), let container = scanner.take(until: "': ") else { return nil }
        return made("TopologyHints", [("pod", pod), ("containerName", container)], ("hints", scanner))
    }

    /// `name_namespace(uid) container: c): {01 true}`.
    private static func result(_ message: String, _ scanner: ByteScanner) -> LogRecord? {
        var scanner = scanner
        guard let names = scanner.take(until: "): ") else { return nil }
        var inner = ByteScanner(names)
        guard let pod = inner.take(until: " container: ") else {
            return made(message, [("pod", names)], ("bestHint", scanner))
        }
        return made(message, [("pod", pod), ("containerName", inner.text)], ("bestHint", scanner))
    }

    /// `uid are map[container:{01 true}]`, of 1.16 and 1.17.
    private static func affinities(_ scanner: ByteScanner) -> LogRecord? {
        var scanner = scanner
        guard let pod = scanner.take(until: " are ") else { return nil }
        guard case .members(let members, _)? = LooseReader.take(&scanner), let last = members.last else { return nil }
        var record = made("Topology Affinity", [("pod", pod), ("containerName", last.name)])
        record.fields.append(.init(name: "bestHint", isQuoted: false, value: last.value))
        return record
    }

    /// `restricted policy per container scope`.
    private static func start(_ scanner: ByteScanner) -> LogRecord? {
        var scanner = scanner
        guard let policy = scanner.take(until: " policy") else { return nil }
        var fields = [("topologyPolicyName", policy)]
        if scanner.skip(" per "), let scope = scanner.take(until: " scope") {
            fields.append(("topologyScopeName", scope))
        }
        return made("Creating topology manager with policy per scope", fields)
    }

    /// `v1.ObjectReference{Kind:"Pod", ...}): type: 'Warning' reason: 'TopologyAffinityError' Resources ...`.
    private static func event(_ scanner: ByteScanner) -> LogRecord? {
        var scanner = scanner
        guard scanner.skip("v1.ObjectReference"), let object = LooseReader.take(&scanner),
            let name = object.member("Name")?.string, scanner.take(until: "reason: '") != nil,
            let reason = scanner.take(until: "'")
        else { return nil }
        scanner.skipBlanks()
        let space = object.member("Namespace")?.string ?? ""
        let pod = "\(name)_\(space)(\(object.member("UID")?.string ?? ""))"
        return made(
            "Event occurred",
            [
                ("object", pod), ("kind", object.member("Kind")?.string ?? ""), ("reason", reason),
                ("message", scanner.text),
            ])
    }

    private static func made(
        _ message: String, _ texts: [(String, String)], _ value: (String, ByteScanner)? = nil
    ) -> LogRecord {
        var fields = texts.map { LooseValue.Member(name: $0.0, isQuoted: false, value: .text($0.1)) }
        if let (name, start) = value, case var scanner = start, let found = LooseReader.take(&scanner) {
            fields.append(.init(name: name, isQuoted: false, value: found))
        }
        return LogRecord(message: message, fields: fields, form: .sentence)
    }
}
