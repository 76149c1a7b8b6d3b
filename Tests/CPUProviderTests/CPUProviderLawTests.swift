// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import TestSupport
import Testing

@testable import CPUProvider

/// What holds after any sequence of calls.
@Suite("CPUProviderLaw")
struct CPUProviderLawTests {
    /// One walk: a provider in its books, what its pods are, and what they were given.
    private struct Walk {
        let seed: UInt64
        var generator: CPUMachineGenerator
        var books: Books<CPUProvider>
        let context: ProviderContext
        let reserved: CPUSet
        let nodes: NUMANodeMask
        /// The containers of each pod; the first is an init container in some.
        var pods: [String: [ContainerSpec]] = [:]
        var next: UInt64 = 1

        init(seed: UInt64) throws {
            self.seed = seed
            generator = CPUMachineGenerator(seed: seed)
            let cpus = generator.cpus()
            let machine = CPUMachineGenerator.machine(cpus)
            let some = CPUSet(generator.pool(of: cpus).members.prefix(generator.number(0...2)))
            let options = generator.options().map { "\"\($0.rawValue)\": true" }.joined(separator: ", ")
            context = ProviderContext(
                machine: machine,
                settings: "{\"reservedCPUs\": \"\(some.list)\", \"options\": {\(options)}}")
            reserved = some
            nodes = machine.nodeMask
            books = Books(try CPUProvider(context: context))
        }
    }

    private func cpus(_ pieces: [Assignment]) -> CPUSet {
        pieces.reduce(CPUSet()) { sum, piece in
            if case .cpus(let cpus) = piece.piece { sum.union(cpus) } else { sum }
        }
    }

    @Test("Nobody's CPUs are given twice; inside the affinity what fits; undone is undone")
    func sequences() throws {
        for index in 0..<TestEnvironment.cases(150) {
            let seed = TestEnvironment.seed &+ UInt64(index)
            var walk = try Walk(seed: seed)
            for step in 0..<20 {
                let transaction = TransactionID(rawValue: walk.next)
                walk.next += 1
                let before = walk.books.current.books.entries
                if walk.generator.number(0...3) == 0, let pod = walk.pods.keys.sorted().first {
                    try walk.books.change(in: transaction) { $0.release(Holder(podUID: pod)) }
                    #expect(walk.books.current.books.cpus(ofPod: pod).isEmpty, "seed \(seed) step \(step)")
                    walk.pods[pod] = nil
                    walk.books.commit(transaction)
                } else {
                    try place(step, &walk, transaction, before)
                }
                check(walk, step)
            }
            try restart(walk)
            for pod in walk.pods.keys.sorted() {
                let transaction = TransactionID(rawValue: walk.next)
                walk.next += 1
                try walk.books.change(in: transaction) { $0.release(Holder(podUID: pod)) }
                walk.books.commit(transaction)
            }
            let books = walk.books.current.books
            #expect(books.available == books.usable.subtracting(walk.reserved), "seed \(seed)")
        }
    }

    /// Prepares the containers of a new pod, and commits or rolls back.
    private func place(
        _ step: Int, _ walk: inout Walk, _ transaction: TransactionID, _ before: [CPUBooks.Entry]
    ) throws {
        let pod = "pod-\(step)"
        let containers = (0...walk.generator.number(0...2)).map { place in
            ContainerSpec(
                name: "c\(place)", kind: place == 0 && walk.generator.isTrue() ? .initialization : .app,
                requests: [.cpu: UInt64(walk.generator.number(1...8)) * 1000])
        }
        var isComplete = true
        for (place, container) in containers.enumerated() {
            let request = ResourceRequest.pod(containers, at: place, uid: pod, nodes: walk.nodes)
            let mask = NUMANodeMask(walk.nodes.filter { _ in walk.generator.isTrue() })
            let placement = Placement.on(mask.isEmpty ? nil : mask)
            let need = Int((container.requests[.cpu] ?? 0) / 1000)
            let now = walk.books.current
            let free = now.books.available.union(now.books.reusable(inPod: pod))
            let near = mask.reduce(CPUSet()) { $0.union(now.picker.topology.members(of: $1, .node)) }
            do {
                let given = cpus(try walk.books.change(in: transaction) { try $0.prepare(request, placement) })
                let text: Comment = "seed \(walk.seed) step \(step): \(given.list) of \(free.list), \(need) on \(mask)"
                #expect(given.count == need && given.isSubset(of: free), text)
                #expect(!given.intersects(walk.reserved), text)
                if !now.settings.has(.alignBySocket), near.intersection(free).count >= need, !mask.isEmpty {
                    #expect(given.isSubset(of: near), text)
                }
            } catch is ProviderError {
                #expect(
                    free.count < need || now.settings.has(.fullPhysicalCPUsOnly), "seed \(walk.seed) step \(step)")
                isComplete = false
                break
            }
        }
        if isComplete, walk.generator.number(0...3) > 0 {
            walk.books.commit(transaction)
            walk.pods[pod] = containers
        } else {
            walk.books.rollback(transaction)
            #expect(walk.books.current.books.entries == before, "seed \(walk.seed) step \(step)")
        }
    }

    /// No CPU is held by two pods, or by two containers that run at once, and none of those reserved.
    private func check(_ walk: Walk, _ step: Int) {
        let books = walk.books.current.books
        let text: Comment = "seed \(walk.seed) step \(step): \(books.entries)"
        for (place, entry) in books.entries.enumerated() {
            #expect(!entry.cpus.intersects(walk.reserved) && entry.cpus.isSubset(of: books.usable), text)
            for other in books.entries[..<place] where other.cpus.intersects(entry.cpus) {
                #expect(other.holder.podUID == entry.holder.podUID && other.holder.kind == .initialization, text)
            }
        }
        let held = books.entries.reduce(CPUSet()) { $0.union($1.cpus) }
        #expect(!walk.books.current.sharedCPUs.intersects(held), text)
        #expect(books.available == books.usable.subtracting(walk.reserved).subtracting(held), text)
    }

    /// A new process, told what the old one gave, has the same free.
    private func restart(_ walk: Walk) throws {
        var restored = try CPUProvider(context: walk.context)
        let old = walk.books.current
        for (pod, containers) in walk.pods.sorted(by: { $0.key < $1.key }) {
            for (place, container) in containers.enumerated() {
                let holder = PodHolder(podUID: pod, container: container.name, kind: container.kind)
                guard let cpus = old.books.cpus(of: holder) else { continue }
                var request = ResourceRequest.pod(containers, at: place, uid: pod, nodes: walk.nodes)
                request.held[place] = [Assignment(.cpu, .cpus(cpus))]
                try restored.restore(request)
            }
        }
        #expect(restored.books.available == old.books.available, "seed \(walk.seed)")
        #expect(restored.sharedCPUs == old.sharedCPUs && restored.stock() == old.stock(), "seed \(walk.seed)")
    }
}
