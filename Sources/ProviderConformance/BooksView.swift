// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// What an instance's books say, as far as it shows them: its stock, its devices, what it says of CPUs and memory, and
/// what it answers to a pod that holds nothing.
struct BooksView: Equatable {
    var stock: [Stock]
    var devices: [ListedDevice]
    var memory: [MemoryState]
    var cpus: CPUSet?
    var answers: [[ResourceAnswer]]

    /// How many things it says.
    var count: Int { stock.count + devices.count + memory.count + (cpus == nil ? 0 : 1) + answers.count }

    /// The first thing in which the other differs, in words: what was, what is.
    func difference(to other: BooksView) -> String {
        if let text = Self.first(stock, other.stock, "stock", Self.text) { return text }
        if let text = Self.first(
            devices, other.devices, "device", { "\($0.id) free \($0.isFree), healthy \($0.isHealthy)" })
        {
            return text
        }
        if let text = Self.first(memory, other.memory, "memory of node", Self.text) { return text }
        if cpus != other.cpus { return "shared CPUs \(cpus?.list ?? "none"), then \(other.cpus?.list ?? "none")" }
        return Self.first(answers, other.answers, "hints", { "\($0.map(Self.text).joined(separator: "; "))" })
            ?? "nothing"
    }

    private static func first<Value: Equatable>(
        _ mine: [Value], _ theirs: [Value], _ what: String, _ text: (Value) -> String
    ) -> String? {
        for (before, after) in zip(mine, theirs) where before != after {
            return "\(what): \(text(before)), then \(text(after))"
        }
        return mine.count == theirs.count ? nil : "\(mine.count) records of \(what), then \(theirs.count)"
    }

    private static func text(_ stock: Stock) -> String {
        var place = "everywhere"
        switch stock.locality {
        case .nodes(let nodes): place = "node(s) \(nodes.list)"
        case .unknown: place = "an unknown place"
        case .any: break
        }
        return "\(stock.resource) at \(place) \(stock.free) free of \(stock.total)"
    }

    private static func text(_ state: MemoryState) -> String {
        let tables = state.tables.map { "\($0.resource) \($0.free) free of \($0.allocatable)" }
        return "\(state.node) with \(tables.joined(separator: ", ")), cells \(state.cells.list)"
    }

    /// An answer in a few words.
    static func text(_ answer: ResourceAnswer) -> String {
        switch answer.placement {
        case .any: "\(answer.resource) any"
        case .impossible(let reason): "\(answer.resource) impossible, because \(reason)"
        case .hints(let hints):
            "\(answer.resource) on \(hints.map { $0.nodes?.description ?? "no mask" }.joined(separator: " "))"
        case .capacity(let capacity):
            "\(answer.resource) needs \(capacity.need) of "
                + capacity.pools.map { "\($0.free)/\($0.total) at \($0.nodes)" }.joined(separator: " ")
        }
    }
}

extension Subject {
    /// What the books say, and the hints of pods that ask for one unit, for two, and for all that there is.
    func view(_ instance: ProviderInstance, _ demands: [Demand], on machine: CheckedMachine? = nil) throws -> BooksView
    {
        var answers: [[ResourceAnswer]] = []
        for demand in demands {
            for units in [1, 2, max(1, demand.most)] {
                answers.append(try hints(instance, request(demand.amount(units), pod: "pod-that-looks", on: machine)))
            }
        }
        do {
            return BooksView(
                stock: try instance.stock(), devices: try instance.devices(), memory: try instance.memoryStates(),
                cpus: try instance.sharedCPUs(), answers: answers)
        } catch {
            throw BrokenPromise("extension", Self.text(error))
        }
    }

    /// Fails unless both views say the same.
    func expectSame(_ before: BooksView, _ after: BooksView, _ call: String, _ when: String) throws {
        try expect(before == after, call, "\(when), the books are not the same: \(before.difference(to: after))")
    }
}
