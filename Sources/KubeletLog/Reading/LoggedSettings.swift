// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What a log says about its kubelet, up to some line.
public struct LoggedSettings: Hashable, Sendable {
    /// Something, and the line that says it.
    public struct Fact<Value: Hashable & Sendable>: Hashable, Sendable {
        public var value: Value
        public var line: Int
    }

    /// As the kubelet spells it, e.g. `v1.28.2`.
    public var version: Fact<String>?
    public var policy: Fact<String>?
    public var scope: Fact<String>?
    /// The option prefer-closest-numa-nodes.
    public var prefersClosest: Fact<Bool>?
    public var nodeCount: Fact<Int>?
    /// The nodes of all masks up to here.
    public var seenNodes = NUMANodeMask()
    /// Lines are sentences, as up to 1.20.
    public var hasSentences = false
    /// Lines have hints or UIDs as versions from 1.24 on write them.
    public var isLate = false

    /// The number after `1.` of the version.
    public var minorVersion: Int? {
        guard let text = version?.value, text.hasPrefix("v1.") else { return nil }
        return Int(text.dropFirst(3).prefix { $0.isNumber && $0.isASCII })
    }
}
