// SPDX-License-Identifier: Apache-2.0

import Glibc
public import NUMACore
import SystemFiles

/// Where a machine is read from.
public enum MachineSource: Hashable, Sendable {
    /// The running system.
    case live
    /// A file in hwloc's XML, format 1 or 2.
    case xml(path: String)
    /// A description in hwloc's synthetic notation, e.g. `pack:2 [numa] core:8 pu:2`.
    case synthetic(String)
    /// A captured machine, unpacked: the folder that holds its `sys` and `proc`.
    case folder(path: String)
    /// A captured machine in a tar file; it is unpacked before it is read.
    case archive(path: String)
    /// A file with an object of JSON that describes a machine.
    case json(path: String)
    /// A machine made by us, by its name.
    case simulated(name: String)

    /// The source that the text of `--machine` names: `live`, `sim:NAME`, `synthetic:"..."`, or a path.
    ///
    /// What a file holds is told by its name, else by its first bytes.
    public init(_ text: String) throws(NUMAHintsError) {
        if text == "live" {
            self = .live
        } else if text.hasPrefix("synthetic:") {
            self = .synthetic(Self.unquoted(text.dropFirst("synthetic:".count)))
        } else if text.hasPrefix("sim:") {
            self = .simulated(name: String(text.dropFirst("sim:".count)))
        } else {
            self = try Self.ofFile(text)
        }
    }

    /// The folder under which `sys` and `proc` lie: empty for the running system, nil where there
    /// is no such folder.
    public var root: String? {
        switch self {
        case .live: ""
        case .folder(let path): path
        case .archive, .json, .simulated, .synthetic, .xml: nil
        }
    }

    /// What the source is called in messages.
    var name: String {
        switch self {
        case .live: "this machine"
        case .simulated(let name): "sim:\(name)"
        case .synthetic(let text): "synthetic:\(text)"
        case .archive(let path), .folder(let path), .json(let path), .xml(let path): path
        }
    }

    private static func unquoted(_ text: Substring) -> String {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return String(text)
    }

    private static func ofFile(_ path: String) throws(NUMAHintsError) -> MachineSource {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw NUMAHintsError(.usage, "--machine needs live, sim:NAME, synthetic:\"...\", or a path")
        }
        let files = SystemFiles(root: "")
        guard let kind = files.kind(path) else {
            throw NUMAHintsError(.input, "no such file or folder", file: path)
        }
        switch kind {
        case .folder: return .folder(path: path)
        case .other:
            throw NUMAHintsError(.input, "neither a regular file nor a folder", file: path)
        case .file: break
        }
        let archives = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"]
        if archives.contains(where: path.hasSuffix) { return .archive(path: path) }
        if path.hasSuffix(".xml") { return .xml(path: path) }
        if path.hasSuffix(".json") { return .json(path: path) }
        // gzip, bzip2, xz and zstd begin with these bytes; XML with its first tag.
        guard let start = files.bytes(path, limit: 512) else {
            throw NUMAHintsError(.input, "cannot be read", file: path)
        }
        let packed: [[UInt8]] = [
            [0x1f, 0x8b], [0x42, 0x5a, 0x68], [0xfd, 0x37, 0x7a], [0x28, 0xb5, 0x2f],
        ]
        if packed.contains(where: { start.starts(with: $0) })
            || start.dropFirst(257).starts(with: "ustar".utf8)
        {
            return .archive(path: path)
        }
        if start.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") { return .xml(path: path) }
        if start.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") { return .json(path: path) }
        throw NUMAHintsError(.input, "neither hwloc XML, nor JSON, nor a tar file, nor a folder", file: path)
    }
}
