// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport

/// Does something with each element, a few at a time; the results come in the order of the elements.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], width: Int = max(2, ProcessInfo.processInfo.activeProcessorCount),
    _ body: @escaping @Sendable (Element) throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: elements.count)
        var next = 0
        func add() {
            guard next < elements.count else { return }
            let (index, element) = (next, elements[next])
            group.addTask { (index, try body(element)) }
            next += 1
        }
        for _ in 0..<width { add() }
        while let (index, result) = try await group.next() {
            results[index] = result
            add()
        }
        return results.compactMap { $0 }
    }
}

/// What was found in folders that were looked at: most errors leave one that is byte for byte as another.
final class KnownPlaces: Sendable {
    private let problems = Mutex<[[DiskModel.Remnant]: [String]]>([:])

    /// What the body finds in a folder, or found in one that is equal.
    ///
    /// Of no account are the lock, which names a process, and the log's index, which is made anew by whoever opens
    /// the ledger first.
    func problems(of place: PrivateFolder, _ body: () throws -> [String]) throws -> [String] {
        let key = try FileManager.default.subpathsOfDirectory(atPath: place.url.path).sorted().compactMap {
            path -> DiskModel.Remnant? in
            guard !path.hasSuffix(".lock"), !path.hasSuffix("-shm") else { return nil }
            let url = place.url.appendingPathComponent(path)
            return DiskModel.Remnant(path: path, bytes: (try? Data(contentsOf: url)).map { Array($0) })
        }
        if let found = problems.withLock({ $0[key] }) { return found }
        let found = try body()
        problems.withLock { $0[key] = found }
        return found
    }

    /// How many folders differed.
    var count: Int { problems.withLock { $0.count } }
}
