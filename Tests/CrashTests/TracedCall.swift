// SPDX-License-Identifier: Apache-2.0

/// One system call, as strace(1) wrote it with `-f -y -xx`.
struct TracedCall: Sendable {
    enum Argument: Sendable {
        case text([UInt8])
        /// A descriptor, and the file that it was opened for; of the folder in which the process runs it is -1.
        case file(Int, String)
        case word(String)
    }

    var thread: Int
    var name: String
    var arguments: [Argument]
    /// Nil if it did not return.
    var result: Int64?

    /// Calls whose first text is a path, and those that have another one.
    private static let byPath: Set<String> = [
        "creat", "mkdir", "mkdirat", "open", "openat", "openat2", "rename", "renameat", "renameat2", "truncate",
        "unlink", "unlinkat",
    ]

    /// The files that it names, absolute: one, or two of a rename.
    ///
    /// - Parameter folder: in which the process runs.
    func paths(in folder: String) -> [String] {
        guard Self.byPath.contains(name) else {
            if name == "mmap" || name == "sendfile" {
                return arguments.compactMap { if case .file(_, let path) = $0 { path } else { nil } }
            }
            if case .file(_, let path)? = arguments.first { return [path] }
            return []
        }
        var paths: [String] = []
        var base = folder
        for argument in arguments {
            switch argument {
            case .file(_, let path): base = path
            case .word: continue
            case .text(let bytes):
                let path = String(decoding: bytes, as: UTF8.self)
                paths.append(Self.absolute(path, base))
                base = folder
            }
        }
        return paths
    }

    private static func absolute(_ path: String, _ base: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let parts = path.split(separator: "/").filter { $0 != "." }
        return parts.reduce(base) { "\($0)/\($1)" }
    }

    func has(_ flag: String) -> Bool {
        arguments.contains { argument in
            guard case .word(let word) = argument else { return false }
            return word.split(separator: "|").contains { $0 == flag }
        }
    }

    func number(_ index: Int) -> Int? {
        guard arguments.indices.contains(index), case .word(let word) = arguments[index] else { return nil }
        return Int(word)
    }

    /// What it writes to standard output.
    var output: [UInt8]? {
        guard name == "write" || name == "writev", case .file(1, _)? = arguments.first else { return nil }
        return bytes
    }

    /// The bytes of the first text.
    var bytes: [UInt8]? {
        for case .text(let bytes) in arguments { return bytes }
        return nil
    }
}
