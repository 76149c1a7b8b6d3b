// SPDX-License-Identifier: Apache-2.0

/// How strictly a merged hint must be honoured, as the kubelet's topology manager has it.
///
/// Source: https://kubernetes.io/docs/tasks/administer-cluster/topology-manager/
public enum Policy: String, Hashable, Sendable, CaseIterable {
    /// Asks nobody and admits.
    case none
    /// Merges, and admits whatever comes out.
    case bestEffort = "best-effort"
    /// Admits only a preferred result.
    case restricted
    /// Admits only a preferred result of one node.
    case singleNUMANode = "single-numa-node"
}
