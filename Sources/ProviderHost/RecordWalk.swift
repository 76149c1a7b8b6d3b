// SPDX-License-Identifier: Apache-2.0

/// Receives the records of one walk through a provider's books, and notes the first rule that they break.
final class RecordWalk<Value> {
    private let what: String
    private(set) var values: [Value] = []
    private(set) var brokenRule: BrokenRule?

    /// - Parameter what: what is walked through, in the plural.
    init(_ what: String) { self.what = what }

    /// Runs the call with a context that leads here, and does not outlive the call.
    func run<Result>(_ call: (UnsafeMutableRawPointer) -> Result) -> Result {
        withExtendedLifetime(self) { unsafe call(Unmanaged.passUnretained(self).toOpaque()) }
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> RecordWalk? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<RecordWalk>.fromOpaque(context).takeUnretainedValue()
    }

    /// Takes down one record; false if the walk is to end.
    func take(_ value: () throws(BrokenRule) -> Value) -> Bool {
        guard brokenRule == nil else { return false }
        do throws(BrokenRule) {
            guard values.count < BorderRecord.countLimit else {
                throw BrokenRule("more than \(BorderRecord.countLimit) \(what)")
            }
            values.append(try value())
        } catch {
            brokenRule = error.of("gave")
        }
        return brokenRule == nil
    }
}
