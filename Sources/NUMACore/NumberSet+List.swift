// SPDX-License-Identifier: Apache-2.0

/// The list form of the kernel's cpulist files and of the kubelet: "0-3,8,10-11".
/// Source: https://docs.kernel.org/admin-guide/cputopology.html ("list format").
extension NumberSet {
    /// The members as a list of numbers and ranges; empty text for the empty set.
    public var list: String {
        var parts: [String] = []
        var run: ClosedRange<Int>?
        for member in self {
            if let open = run, member == open.upperBound + 1 {
                run = open.lowerBound...member
            } else {
                if let done = run { parts.append(Self.text(of: done)) }
                run = member...member
            }
        }
        if let done = run { parts.append(Self.text(of: done)) }
        return parts.joined(separator: ",")
    }

    public var description: String { "{\(list)}" }

    /// The set that a list stands for, or nil if the text is no list.
    ///
    /// Blanks around the whole text, and a zero byte or line end after it, are left out, as some
    /// kernels write them.
    ///
    /// - Parameter limit: members must be below it, so that a wrong digit cannot ask for gigabytes.
    public init?(list: some StringProtocol, limit: Int = 1 << 16) {
        var text = Array(list.utf8)[...]
        while let end = text.last, end <= 0x20 { text.removeLast() }
        while let start = text.first, start <= 0x20 { text.removeFirst() }
        self.init()
        if text.isEmpty { return }
        for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count),
                let lower = Self.number(ends[0], below: limit),
                let upper = ends.count == 1 ? lower : Self.number(ends[1], below: limit),
                lower <= upper
            else { return nil }
            for member in lower...upper { insert(member) }
        }
    }

    private static func text(of run: ClosedRange<Int>) -> String {
        run.count == 1 ? "\(run.lowerBound)" : "\(run.lowerBound)-\(run.upperBound)"
    }

    private static func number(_ digits: some Sequence<UInt8>, below limit: Int) -> Int? {
        var value: Int?
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let next = (value ?? 0) * 10 + Int(digit - 0x30)
            guard next < limit else { return nil }
            value = next
        }
        return value
    }
}
