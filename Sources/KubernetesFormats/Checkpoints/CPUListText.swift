// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A list of CPUs in a file: the set, and the very text that it is written with.
public struct CPUListText: Hashable, Sendable {
    /// As it is written; two texts can stand for one set.
    public let text: String
    public let cpus: CPUSet

    /// Takes a text such as `0-3,8`; nil if it is no list of CPUs below 65,536.
    public init?(_ text: String) {
        // The set's own reader forgives blanks, which the kubelet does not.
        guard text.utf8.allSatisfy({ $0 > 0x20 }), let cpus = CPUSet(list: text) else { return nil }
        (self.text, self.cpus) = (text, cpus)
    }

    /// The list as the kubelet writes it.
    public init(_ cpus: CPUSet) { (text, self.cpus) = (cpus.list, cpus) }
}
