// SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesFormats
import NUMACore

/// A new folder with a kubelet's state files in it.
enum KubeletFolder {
    /// Writes the files under another name first, so that the folder is there as a whole or not at all.
    ///
    /// - Throws: of code `usage` if there is something of this name already, else of code `state`.
    static func write(_ state: KubeletState, to folder: String) throws {
        var path = folder
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard unsafe access(path, F_OK) != 0 else {
            throw NUMAHintsError(.usage, "--repair \(folder): it is there already: name a new folder")
        }
        let part = "\(path).part-\(getpid())"
        do {
            try make(part)
            if let cpu = state.cpu { try write(cpu.bytes, to: "\(part)/\(KubeletState.FileName.cpu.rawValue)") }
            if let memory = state.memory {
                try write(memory.bytes, to: "\(part)/\(KubeletState.FileName.memory.rawValue)")
            }
            if let devices = state.devices {
                try make("\(part)/device-plugins")
                try write(devices.bytes, to: "\(part)/\(KubeletState.FileName.devices.rawValue)")
            }
            guard unsafe rename(part, path) == 0 else { throw problem("cannot be made", path) }
        } catch {
            for name in KubeletState.FileName.allCases { unsafe unlink("\(part)/\(name.rawValue)") }
            unsafe rmdir("\(part)/device-plugins")
            unsafe rmdir(part)
            throw error
        }
    }

    private static func make(_ path: String) throws {
        guard unsafe mkdir(path, 0o700) == 0 else { throw problem("cannot be made", path) }
    }

    /// As the kubelet's own: for its owner alone.
    private static func write(_ bytes: [UInt8], to path: String) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw problem("cannot be written", path) }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes[done...].withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw problem("cannot be written", path) }
            done += count
        }
        guard fsync(file) == 0 else { throw problem("cannot be written", path) }
    }

    private static func problem(_ what: String, _ path: String) -> NUMAHintsError {
        NUMAHintsError(.state, "\(what): \(unsafe String(cString: strerror(errno)))", file: path)
    }
}
