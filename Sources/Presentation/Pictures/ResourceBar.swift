// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// How much there is of a resource on a node, as a bar with words: what others hold, what the pod takes, what is free.
struct ResourceBar: Hashable, Sendable {
    var resource: ResourceName
    var isShort = false
    /// Parts of a hundred; nil where it is not known what is free.
    private(set) var heldShare: Int?
    private(set) var givenShare = 0
    private(set) var words: String

    /// What is free of a total.
    ///
    /// - Parameter given: what of it the pod takes.
    init(_ resource: ResourceName, free: UInt64, total: UInt64, given: UInt64 = 0, isShort: Bool = false) {
        self.resource = resource
        self.isShort = isShort
        let held = Self.share(total - min(free, total), of: total)
        heldShare = held
        givenShare = min(100 - held, Self.share(given, of: total))
        words = "\(resource.text(of: free)) of \(resource.text(of: total)) free"
        if given > 0 { words += ", \(resource.text(of: given)) for this pod" }
    }

    /// How much there is, free or not.
    init(_ resource: ResourceName, total bytes: UInt64) {
        self.resource = resource
        words = resource.text(of: bytes)
    }

    /// Something is never nothing.
    private static func share(_ part: UInt64, of whole: UInt64) -> Int {
        guard part > 0, whole > 0 else { return 0 }
        return min(100, max(1, Int((Double(part) / Double(whole) * 100).rounded())))
    }

    var markup: Markup {
        let parts = [("held", heldShare ?? 0), ("given", givenShare)].filter { $0.1 > 0 }.map { name, share in
            Markup("span", ["class": name, "style": "width:\(share)%"], "")
        }
        let sign = isShort ? "✕ " : ""
        let bar = Markup("span", ["class": "bar", "role": "img", "aria-label": "\(resource): \(words)"], parts)
        return Markup(
            "div", ["class": isShort ? "amount short" : "amount"],
            [
                Markup("span", ["class": "name"], sign + resource.rawValue),
                Markup("span", ["class": "words"], words),
            ] + (heldShare == nil ? [] : [bar]))
    }
}
