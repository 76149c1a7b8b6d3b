// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What shows that a merged mask can be had: what each resource offers for it, and has there.
public struct Witness: Hashable, Sendable {
    /// One resource's part.
    public struct Use: Hashable, Sendable {
        public var resource: ResourceName
        /// What was picked of its hints: the merged mask, or a wider one.
        public var hint: TopologyHint
        /// What is free near the merged mask; nil if the provider did not say amounts.
        public var free: UInt64?
        public var need: UInt64?

        public init(resource: ResourceName, hint: TopologyHint, free: UInt64? = nil, need: UInt64? = nil) {
            self.resource = resource
            self.hint = hint
            self.free = free
            self.need = need
        }
    }

    /// In ascending order of resource, of those alone that prefer something and can be had. What they have in common is
    /// the merged mask; it is preferred if each part is.
    public var uses: [Use]

    public init(uses: [Use]) { self.uses = uses }
}
