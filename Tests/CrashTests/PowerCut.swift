// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// The power fails at each point of an operation: the disk is made as it would be, and looked at.
enum PowerCut {
    /// A disk as it would be, and how many pods had been spoken about.
    struct Outage: Hashable, Sendable {
        var remnants: [DiskModel.Remnant]
        var told: Int
    }

    /// Every disk that can be different: with nothing of what was not synced, and with some of it.
    static func outages(of scene: Scene, ignoresLogSyncs: Bool = false) throws -> [Outage] {
        var model = DiskModel(folders: ["effects"], ignoresLogSyncs: ignoresLogSyncs)
        for trace in scene.history {
            for call in trace.calls { try model.apply(call, in: trace.folder) }
        }
        var generator = SeededGenerator(seed: TestEnvironment.seed)
        var outages: [Outage] = []
        var known: Set<Outage> = []
        var done = 0
        let ends = scene.points.map(\.index) + [scene.trace.calls.count]
        for end in ends {
            for call in scene.trace.calls[done..<end] { try model.apply(call, in: scene.trace.folder) }
            done = end
            var nothing: SeededGenerator?
            var some: SeededGenerator? = SeededGenerator(seed: generator.next())
            let told = scene.told(before: end)
            for remnants in [model.remnants(keeping: &nothing), model.remnants(keeping: &some)] {
                let outage = Outage(remnants: remnants, told: told)
                if known.insert(outage).inserted { outages.append(outage) }
            }
        }
        return outages
    }

    static func problems(_ outage: Outage, _ scene: Scene, on stage: Stage) -> [String] {
        let names = outage.remnants.map { "\($0.path) \($0.bytes.map { "\($0.count)" } ?? "")" }
        return collected("power failed with \(outage.told) told, left \(names)") {
            let place = try Stage.folder(of: outage.remnants)
            let aftermath = Aftermath(stage: stage, scene: scene, place: place)
            return try aftermath.problemsAfterRecovery(least: outage.told) + aftermath.problemsAfterRepeating()
        }
    }
}
