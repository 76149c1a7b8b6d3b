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
        guard let bits = BitWords(list: text, limit: limit) else { return nil }
        self.init(bits: bits)
    }

    private static func text(of run: ClosedRange<Int>) -> String {
        run.count == 1 ? "\(run.lowerBound)" : "\(run.lowerBound)-\(run.upperBound)"
    }
}

extension BitWords {
    /// The set that a list without blanks stands for, read byte by byte: ledgers have thousands of them.
    fileprivate init?(list text: ArraySlice<UInt8>, limit: Int) {
        self.init()
        var (lower, number): (Int?, Int?) = (nil, nil)
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let next = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                guard next < limit else { return nil }
                number = next
            case UInt8(ascii: "-"):
                guard lower == nil, number != nil else { return nil }
                (lower, number) = (number, nil)
            case UInt8(ascii: ","):
                guard insert(from: lower, to: number) else { return nil }
                (lower, number) = (nil, nil)
            default: return nil
            }
        }
        guard text.isEmpty || insert(from: lower, to: number) else { return nil }
    }

    /// Adds a range, or one member if that is not given; false where there is none.
    private mutating func insert(from lower: Int?, to upper: Int?) -> Bool {
        guard let upper, lower ?? upper <= upper else { return false }
        for member in (lower ?? upper)...upper { insert(member) }
        return true
    }
}
