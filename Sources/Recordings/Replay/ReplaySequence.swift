// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import KubernetesFormats
public import NUMACore

/// An admission sequence: a machine, by which rules its kubelet decides, and what happens to it.
public struct ReplaySequence: Sendable {
    /// One thing that happens, and what should come of it.
    public struct Step: Sendable {
        public enum Event: Sendable {
            /// A pod is offered.
            case add(PodSpec)
            /// The containers of a pod are started in order.
            case start(uid: String)
            /// A pod is gone.
            case remove(uid: String)
            /// The kubelet begins anew with what it wrote down, and admits its pods again.
            case restart
        }

        public var event: Event
        public var expectation: ReplayAnswer?
    }

    public var id: String
    public var description: MachineDescription
    /// As the kubelet spells it: none, best-effort, restricted or single-numa-node.
    public var policy: String
    /// container or pod.
    public var scope: String
    public var prefersClosestNUMANodes: Bool
    public var maxAllowableNUMANodes: Int?
    /// Those of the static CPU manager policy.
    public var cpuOptions: [String: Bool]
    /// none or static.
    public var memoryPolicy: String
    public var steps: [Step]
    /// What the last step comes to by today's rules, where the sequence is of a kubelet of other rules.
    public var laterExpectation: ReplayAnswer?

    /// Reads one line of JSON.
    ///
    /// - Throws: an error of code `input` that says what is wrong and what would be right.
    public init(_ line: Data) throws(NUMAHintsError) {
        guard line.count <= MergeLine.mostBytes else {
            throw NUMAHintsError(.input, "the line has \(line.count) bytes, more than \(MergeLine.mostBytes)")
        }
        do {
            try self.init(JSONDecoder().decode(ReplayRecord.self, from: line))
        } catch {
            throw JSONProblem.error(error, in: line)
        }
    }

    private init(_ record: ReplayRecord) throws(NUMAHintsError) {
        id = record.id
        description = try MachineDescription(record.machine)
        let config = record.config
        policy = try Self.word(config.topologyPolicy, "config.topologyPolicy", MergeLine.policies)
        scope = try Self.word(config.topologyScope ?? "container", "config.topologyScope", ["container", "pod"])
        memoryPolicy = try Self.word(
            (config.memoryPolicy ?? "None").lowercased(), "config.memoryPolicy", ["none", "static"])
        cpuOptions = try Self.flags(config.cpuManagerOptions ?? [:], "config.cpuManagerOptions")
        var options = config.topologyOptions ?? [:]
        maxAllowableNUMANodes = nil
        if let text = options.removeValue(forKey: "max-allowable-numa-nodes") {
            guard let limit = Int(text), limit > 0 else {
                throw NUMAHintsError(
                    .input, "config.topologyOptions: max-allowable-numa-nodes is \"\(text)\", expected a number")
            }
            maxAllowableNUMANodes = limit
        }
        let flags = try Self.flags(options, "config.topologyOptions")
        prefersClosestNUMANodes = flags["prefer-closest-numa-nodes"] ?? false
        if let other = flags.keys.sorted().first(where: { $0 != "prefer-closest-numa-nodes" }) {
            throw NUMAHintsError(
                .input,
                "config.topologyOptions has \"\(other)\", expected max-allowable-numa-nodes or prefer-closest-numa-nodes"
            )
        }
        steps = []
        for (index, step) in record.steps.enumerated() { steps.append(try Self.step(step, "steps[\(index)]")) }
        laterExpectation = record.replay?.later.map(Self.answer)
    }

    private static func step(_ record: ReplayRecord.Step, _ place: String) throws(NUMAHintsError) -> Step {
        func uid() throws(NUMAHintsError) -> String {
            guard let uid = record.uid else { throw NUMAHintsError(.input, "\(place): \"uid\" is missing") }
            return uid
        }
        let event: Step.Event
        switch record.op {
        case "add":
            guard let pod = record.pod else { throw NUMAHintsError(.input, "\(place): \"pod\" is missing") }
            event = .add(try ReplayPod.spec(pod, "\(place).pod"))
        case "start": event = .start(uid: try uid())
        case "remove": event = .remove(uid: try uid())
        case "restart": event = .restart
        default:
            throw NUMAHintsError(
                .input, "\(place): unknown op \"\(record.op)\", expected add, start, remove or restart")
        }
        return Step(event: event, expectation: record.expect)
    }

    private static func answer(_ later: ReplayRecord.Versions.Expectation) -> ReplayAnswer {
        var answer = ReplayAnswer()
        var container = ReplayContainer(name: "app")
        container.hint = later.hint
        container.cpuset = later.cpuset.map { .some($0) }
        container.devicesByNUMA = later.devicesByNUMA
        answer.containers = [container]
        answer.state = ReplayAnswer.State(defaultCpuSet: later.defaultCpuSet, memory: nil, devicesInUse: nil)
        return answer
    }

    private static func word(_ text: String, _ place: String, _ known: [String]) throws(NUMAHintsError) -> String {
        guard known.contains(text) else {
            throw NUMAHintsError(.input, "\(place): unknown \"\(text)\", expected \(known.joined(separator: ", "))")
        }
        return text
    }

    private static func flags(_ texts: [String: String], _ place: String) throws(NUMAHintsError) -> [String: Bool] {
        var flags: [String: Bool] = [:]
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let flag = Bool(text) else {
                throw NUMAHintsError(.input, "\(place): \(name) is \"\(text)\", expected true or false")
            }
            flags[name] = flag
        }
        return flags
    }

    /// The settings of the providers that this project builds.
    ///
    /// - Parameter file: the file to blame in messages about them.
    public func settings(file: String) -> [ProviderSettings] {
        [
            description.cpuSettings(options: cpuOptions, file: file), description.devicesSettings(file: file),
        ] + description.memorySettings(policy: memoryPolicy, file: file)
    }
}
