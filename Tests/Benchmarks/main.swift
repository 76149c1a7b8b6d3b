// SPDX-License-Identifier: Apache-2.0

import Foundation

// One file a group; each gives the groups that it adds to the table. An argument selects the groups
// with this text in their title.
if CommandLine.arguments.dropFirst().first == "--echo" { IsolationBench.echo() }
let wanted = CommandLine.arguments.dropFirst().first ?? ""
let groups =
    MergeBench.groups + CPUBench.groups + DeviceChoiceBench.groups + AdmissionBench.groups + ChangesBench.groups
    + ExplainBench.groups
    + DiscoveryBench.groups + LedgerBench.groups + DurableBench.groups + RunBench.groups
    + IsolationBench.groups + EmbeddingBench.groups
do {
    try Bench.print(groups.filter { wanted.isEmpty || $0.title.contains(wanted) })
} catch {
    FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
    exit(1)
}
