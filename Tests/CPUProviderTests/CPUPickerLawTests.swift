// SPDX-License-Identifier: Apache-2.0

import CPUProvider
import NUMACore
import TestSupport
import Testing

@Suite("CPUPickerLaw")
struct CPUPickerLawTests {
    @Test("Picked as by the plain picker, which builds its sets anew")
    func asOracle() {
        for index in 0..<TestEnvironment.cases(1000) {
            let seed = TestEnvironment.seed &+ UInt64(index)
            var generator = CPUMachineGenerator(seed: seed)
            let cpus = generator.cpus()
            let pool = generator.pool(of: cpus)
            var picker = CPUPicker(CPUTopology(cpus))
            picker.isSpread = generator.isTrue()
            picker.byCache = generator.isTrue()
            picker.distributedGroupSize = generator.isTrue() ? generator.number(1...2) : nil
            var simple = SimpleCPUPicker(cpus)
            simple.isSpread = picker.isSpread
            simple.byCache = picker.byCache
            simple.distributedGroupSize = picker.distributedGroupSize
            for _ in 0..<4 {
                let count = generator.number(0...pool.count + 1)
                let picked = picker.pick(count, from: pool)
                let text: Comment = """
                    seed \(seed): \(count) of \(pool.list), spread \(picker.isSpread), cache \(picker.byCache), \
                    groups \(picker.distributedGroupSize ?? 0), of \(cpus)
                    """
                #expect(picked == simple.pick(count, from: pool), text)
                #expect(picked?.count ?? count == count && picked?.isSubset(of: pool) ?? true, text)
                #expect((picked == nil) == (count > pool.count), text)
            }
        }
    }

    @Test("Distribution over more nodes than can be searched comes to an end")
    func bounded() {
        let machine = MachineBuilder(nodes: 64, cores: 3).machine
        var picker = CPUPicker(CPUTopology(machine.cpus))
        picker.distributedGroupSize = 1
        let all = CPUSet(machine.cpus.map(\.id))
        #expect(picker.pick(100, from: all)?.count == 100)
        picker.distributedGroupSize = 2
        #expect(picker.pick(100, from: all)?.count == 100)
    }
}
