// SPDX-License-Identifier: Apache-2.0

// One file a group; each gives the groups that it adds to the table.
Bench.print(MergeBench.groups)
try ExplainBench.run()
