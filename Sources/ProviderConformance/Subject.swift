// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// One provider of the library, and how a check makes instances of it and asks them.
struct Subject {
    let bench: Bench
    let library: ProviderLibrary
    let descriptor: ProviderLibrary.Descriptor

    var id: String { descriptor.id }

    func expect(_ isRight: Bool, _ call: String, _ evidence: @autoclosure () -> String) throws {
        try bench.expect(isRight, call, evidence())
    }

    // MARK: Instances

    func environment(_ machine: CheckedMachine) -> ProviderEnvironment {
        ProviderEnvironment(machine: machine.machine, root: machine.root)
    }

    /// An instance on the machine of most checks, or on another; with empty books and not started.
    func make(on machine: CheckedMachine? = nil, style: HostStyle = HostStyle()) throws -> ProviderInstance {
        try make(in: environment(machine ?? bench.standard), style: style)
    }

    func make(in environment: ProviderEnvironment, style: HostStyle = HostStyle()) throws -> ProviderInstance {
        do {
            return try ProviderInstance(
                stepwise: descriptor, of: library, settings: bench.setup.settings, environment: environment,
                style: style)
        } catch {
            throw BrokenPromise("create", error.error.message)
        }
    }

    // MARK: Requests

    func request(
        _ amounts: ResourceAmounts, pod: String = "pod-a", on machine: CheckedMachine? = nil, held: [Assignment] = []
    ) -> ResourceRequest {
        request(
            [ContainerSpec(name: "main", requests: amounts, limits: amounts)], at: 0, pod: pod, on: machine,
            held: [held])
    }

    /// - Parameter place: of the container among them; nil for the pod.
    func request(
        _ containers: [ContainerSpec], at place: Int?, pod: String = "pod-a", on machine: CheckedMachine? = nil,
        held: [[Assignment]] = []
    ) -> ResourceRequest {
        ResourceRequest(
            pod: PodSpec(uid: pod, name: pod, containers: containers, qos: .guaranteed), container: place,
            candidateNodes: (machine ?? bench.standard).machine.nodeMask,
            held: containers.indices.map { held.indices.contains($0) ? held[$0] : [] })
    }

    // MARK: Calls that must not fail

    func hints(_ instance: ProviderInstance, _ request: ResourceRequest) throws -> [ResourceAnswer] {
        do { return try instance.hints(for: request) } catch { throw BrokenPromise("hints", Self.text(error)) }
    }

    func prepare(
        _ instance: ProviderInstance, _ transaction: TransactionID, _ request: ResourceRequest, on nodes: NUMANodeMask?
    ) throws -> [Assignment] {
        do {
            return try instance.prepare(transaction, request, Self.placement(nodes))
        } catch {
            throw BrokenPromise("prepare", Self.text(error))
        }
    }

    func commit(_ instance: ProviderInstance, _ transaction: TransactionID) throws {
        do { try instance.commit(transaction) } catch { throw BrokenPromise("commit", Self.text(error)) }
    }

    func release(_ instance: ProviderInstance, _ transaction: TransactionID, _ holder: Holder) throws {
        do { try instance.release(transaction, holder) } catch { throw BrokenPromise("release", Self.text(error)) }
    }

    func restore(_ instance: ProviderInstance, _ request: ResourceRequest) throws {
        do { try instance.restore(request) } catch { throw BrokenPromise("restore", Self.text(error)) }
    }

    func start(_ instance: ProviderInstance) throws {
        do { try instance.start() } catch { throw BrokenPromise("start", Self.text(error)) }
    }

    static func placement(_ nodes: NUMANodeMask?, wanted: [Assignment] = []) -> Placement {
        Placement(affinity: TopologyHint(nodes: nodes, isPreferred: nodes != nil), wanted: wanted)
    }

    static func text(_ failure: ProviderFailure) -> String { failure.reason.text }
}
