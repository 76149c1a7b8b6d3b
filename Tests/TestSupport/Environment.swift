// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Where tests find things, and how much they do.
public enum TestEnvironment {
    /// The root of the checkout.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What the tests were started with.
    ///
    /// From /proc: reading a machine changes the process's own variables for a while, which no other thread may walk
    /// through meanwhile.
    public static let inherited: [String: String] = {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/self/environ"))) ?? Data()
        let pairs = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.compactMap { text in
            text.firstIndex(of: "=").map { (String(text[..<$0]), String(text[text.index(after: $0)...])) }
        }
        return Dictionary(pairs) { first, _ in first }
    }()

    /// The folder that holds what was built: the executable and the provider libraries.
    public static let built = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// The folder of the commands that are run very often: NUMA_HINTS_BUILT, or that which holds what was built.
    public static let commands = folder("NUMA_HINTS_BUILT") ?? built

    /// A folder of vectors beyond those under Tests/Vectors, if one is given.
    public static let vectors = folder("NUMA_HINTS_VECTORS")
    /// A folder of recorded machines beyond those under Tests/Machines, if one is given.
    public static let machines = folder("NUMA_HINTS_MACHINES")

    /// How many generated cases a test should run: as many as it says, or what NUMA_HINTS_CASES says.
    public static func cases(_ usual: Int) -> Int {
        value("NUMA_HINTS_CASES").flatMap { Int($0) } ?? usual
    }

    /// The seed for generated cases: NUMA_HINTS_SEED, or one of the clock. Print it on failure.
    public static let seed: UInt64 =
        value("NUMA_HINTS_SEED").flatMap { UInt64($0) } ?? UInt64(Date().timeIntervalSince1970 * 1000)

    private static func value(_ name: String) -> String? {
        inherited[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func folder(_ name: String) -> URL? {
        value(name).map { URL(fileURLWithPath: $0, isDirectory: true, relativeTo: root).standardizedFileURL }
    }
}
