// SPDX-License-Identifier: Apache-2.0

package import Admission
package import HintMerge

/// By which rules pods are decided about, over what files say.
package struct NodeRules: Sendable {
    /// Nil leaves what files say.
    package var policy: Policy?
    /// Nil leaves what files say.
    package var scope: Scope?
    package var semantics: MergeSemantics
    /// Do as a kubelet also where it is at fault.
    package var imitatesKubelet: Bool
    /// Refuse a pod that asks for a resource that no provider answers for.
    package var refusesUnclaimed: Bool

    package init(
        policy: Policy? = nil, scope: Scope? = nil, semantics: MergeSemantics = .current, imitatesKubelet: Bool = false,
        refusesUnclaimed: Bool = false
    ) {
        self.policy = policy
        self.scope = scope
        self.semantics = semantics
        self.imitatesKubelet = imitatesKubelet
        self.refusesUnclaimed = refusesUnclaimed
    }

    func apply(to settings: inout NodeSettings) {
        if let policy { settings.admission.merge.policy = policy }
        if let scope { settings.admission.scope = scope }
        settings.admission.merge.semantics = semantics
        settings.admission.refusesUnclaimed = refusesUnclaimed
        if imitatesKubelet { settings.imitateKubelet() }
    }
}
