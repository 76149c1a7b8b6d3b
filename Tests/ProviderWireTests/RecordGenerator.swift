// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import ProviderWire
import TestSupport

/// Records made up at random, right and wrong ones, as encoded bytes.
struct RecordGenerator {
    var random: SeededGenerator
    private let memory = LentMemory()

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func hint() -> [UInt8] {
        let record = unsafe nh_hint(
            struct_size: size(MemoryLayout<nh_hint>.size), resource: promised(text()), nodes: set(),
            flags: number())
        return unsafe encoded(record, .hint)
    }

    mutating func capacity() -> [UInt8] {
        let pools = unsafe list { unsafe nh_pool(nodes: $0.set(), free: $0.number(), total: $0.number()) }
        let sets = unsafe list { unsafe $0.set() }
        let record = unsafe nh_capacity(
            struct_size: size(MemoryLayout<nh_capacity>.size), resource: promised(text()), need: number(),
            universe: set(), pools: memory.array(pools), pool_count: pools.count, exact: nil, exact_count: 3,
            must_meet: memory.array(sets), must_meet_count: sets.count, groups: nil, group_count: 0, joint: text(),
            flags: number())
        return unsafe encoded(record, .capacity)
    }

    mutating func message() -> [UInt8] {
        let facts = unsafe list { unsafe nh_pair(key: $0.promised($0.text()), value: $0.promised($0.text())) }
        let record = unsafe nh_message(
            struct_size: size(MemoryLayout<nh_message>.size), text: promised(text()), code: text(),
            facts: memory.array(facts), fact_count: facts.count)
        return unsafe encoded(record, .message)
    }

    mutating func assignment() -> nh_assignment {
        let shares = list { nh_share(node: $0.number(), quantity: $0.number()) }
        let pairs = unsafe list { unsafe nh_pair(key: $0.promised($0.text()), value: $0.promised($0.text())) }
        return unsafe nh_assignment(
            struct_size: size(MemoryLayout<nh_assignment>.size), kind: Int32.random(in: -1...4, using: &random),
            resource: promised(text()), id: text(), set: set(), quantity: number(), shares: memory.array(shares),
            share_count: shares.count, attributes: memory.array(pairs), attribute_count: pairs.count,
            taken_from: text())
    }

    mutating func request() -> [UInt8] {
        let containers = unsafe list { generator in
            let resources = unsafe generator.list {
                unsafe nh_resource(name: $0.promised($0.text()), quantity: $0.number())
            }
            let held = unsafe generator.list { unsafe $0.assignment() }
            return unsafe nh_container(
                struct_size: MemoryLayout<nh_container>.size, name: generator.promised(generator.text()), kind: 1,
                resources: generator.memory.array(resources), resource_count: resources.count,
                held: generator.memory.list(held), held_count: held.count)
        }
        let pointers = unsafe containers.map { unsafe memory.record($0) }
        let subject = unsafe Bool.random(using: &random) ? pointers.randomElement(using: &random) : nil
        let record = unsafe nh_request(
            struct_size: MemoryLayout<nh_request>.size, pod_uid: promised(text()), qos: 2,
            containers: memory.array(pointers), container_count: pointers.count, container: subject,
            candidate_nodes: set())
        return unsafe encoded(record, .request)
    }

    mutating func device() -> [UInt8] {
        let record = unsafe nh_device(
            struct_size: size(MemoryLayout<nh_device>.size), id: promised(text()), resource: promised(text()),
            group: text(), path: text(), locality: 2, flags: 3, nodes: set(), problem: text())
        return unsafe encoded(record, .device)
    }

    mutating func piece() -> [UInt8] { unsafe encoded(assignment(), .assignment) }

    // MARK: Parts

    private mutating func encoded<Record>(_ record: Record, _ shape: RecordShape) -> [UInt8] {
        var encoder = RecordEncoder()
        unsafe encoder.record(memory.record(record), shape)
        return encoder.writer.bytes
    }

    /// Now and then a record that is shorter or longer than ours.
    private mutating func size(_ own: Int) -> Int {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: Int.random(in: 0..<own, using: &random)
        case 1: own + Int.random(in: 1...100, using: &random)
        default: own
        }
    }

    private mutating func number() -> UInt64 { UInt64.random(in: 0...UInt64.max, using: &random) }

    private mutating func text() -> UnsafePointer<CChar>? {
        let texts = [nil, "", "a", "example.org/thing", "\u{1F600}", String(repeating: "x", count: 300)]
        return unsafe texts.randomElement(using: &random)?.flatMap { unsafe memory.string($0) }
    }

    private mutating func set() -> nh_bitset {
        let words = (0..<Int.random(in: 0...3, using: &random)).map { _ in number() }
        let count = Int.random(in: 0..<20, using: &random) == 0 ? Int.max : words.count
        return unsafe nh_bitset(words: memory.array(words), word_count: count)
    }

    private mutating func list<Value>(_ make: (inout Self) -> Value) -> [Value] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in make(&self) }
    }

    private func promised(_ text: UnsafePointer<CChar>?) -> UnsafePointer<CChar> {
        unsafe unsafeBitCast(text, to: UnsafePointer<CChar>.self)
    }
}
