// SPDX-License-Identifier: Apache-2.0

public import HintMerge
public import NUMACore

extension Cause {
    /// Why hints come to no preferred result, where masks are all that is known: nobody says amounts.
    ///
    /// - Returns: a sentence, or nil if the hints come to a preferred result.
    public static func ofMasks(
        _ answers: [ResourceAnswer], nodes: NUMANodeMask, options: MergeOptions
    ) -> String? {
        let sorted = answers.sorted { $0.resource < $1.resource }
        return CauseFinder(answers: sorted, rows: [], nodes: nodes, options: options).cause()?.text
    }
}
