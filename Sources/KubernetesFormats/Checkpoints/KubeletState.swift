// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import NUMACore

/// What a kubelet's folder says about who holds what: its three checkpoint files.
public struct KubeletState: Hashable, Sendable {
    /// The name of one of the files, below the folder.
    public enum FileName: String, CaseIterable, Sendable {
        case cpu = "cpu_manager_state"
        case memory = "memory_manager_state"
        case devices = "device-plugins/kubelet_internal_checkpoint"

        /// Where it is looked for, in this order.
        var places: [String] {
            self == .devices ? [rawValue, "kubelet_internal_checkpoint"] : [rawValue]
        }

        /// The one whose file it is, by the end of its path.
        public init?(ofFile path: String?) {
            let found = Self.allCases.first { name in
                guard let last = name.rawValue.split(separator: "/").last else { return false }
                return path?.hasSuffix("/\(last)") == true
            }
            guard let found else { return nil }
            self = found
        }
    }

    public var cpu: CPUManagerCheckpoint?
    public var memory: MemoryManagerCheckpoint?
    public var devices: DeviceManagerCheckpoint?
    /// The files that are not there, in the order of ``FileName``.
    public var missing: [FileName] = []

    public init(
        cpu: CPUManagerCheckpoint? = nil, memory: MemoryManagerCheckpoint? = nil,
        devices: DeviceManagerCheckpoint? = nil
    ) {
        (self.cpu, self.memory, self.devices) = (cpu, memory, devices)
    }

    /// Reads the files of a folder that is laid out as `/var/lib/kubelet`.
    ///
    /// - Throws: a state error for the first file that cannot be read or is damaged, or if no file is there.
    public static func read(folder: String) throws(NUMAHintsError) -> KubeletState {
        let (state, damage) = try readAll(folder: folder)
        if let first = damage.first { throw first }
        return state
    }

    /// Reads the files of a folder; those that are damaged come back as errors, in the order of the files.
    ///
    /// - Parameter verifies: take wrong checksums for damage.
    /// - Throws: a state error if no file is there.
    public static func readAll(folder: String, verifies: Bool = true) throws(NUMAHintsError)
        -> (state: KubeletState, damage: [NUMAHintsError])
    {
        var state = KubeletState()
        var damage: [NUMAHintsError] = []
        for name in FileName.allCases {
            do throws(NUMAHintsError) {
                if !(try state.read(name, in: folder, verifies: verifies)) { state.missing.append(name) }
            } catch {
                damage.append(error)
            }
        }
        guard state.missing.count < FileName.allCases.count else {
            let names = FileName.allCases.map(\.rawValue).joined(separator: ", ")
            throw NUMAHintsError(.state, "no state file of a kubelet is there; expected \(names)", file: folder)
        }
        return (state, damage)
    }

    /// Reads the file about CPUs alone; nil if it is not there.
    ///
    /// - Throws: a state error if it cannot be read or is damaged.
    public static func cpu(folder: String) throws(NUMAHintsError) -> CPUManagerCheckpoint? {
        var state = KubeletState()
        _ = try state.read(.cpu, in: folder, verifies: true)
        return state.cpu
    }

    /// Reads one of the files; false if it is not there.
    private mutating func read(
        _ name: FileName, in folder: String, verifies: Bool
    ) throws(NUMAHintsError) -> Bool {
        for place in name.places {
            let file = folder.hasSuffix("/") ? folder + place : "\(folder)/\(place)"
            var entry = stat()
            if unsafe stat(file, &entry) != 0 {
                let code = errno
                if code == ENOENT { continue }
                let reason = unsafe String(cString: strerror(code))
                throw NUMAHintsError(.state, "cannot be opened: \(reason)", file: file)
            }
            guard entry.st_mode & S_IFMT == S_IFREG else {
                throw NUMAHintsError(.state, "is no regular file", file: file)
            }
            try read(name, bytes: Self.bytes(of: file), file: file, verifies)
            return true
        }
        return false
    }

    private mutating func read(
        _ name: FileName, bytes: [UInt8], file: String, _ verifies: Bool
    ) throws(NUMAHintsError) {
        switch name {
        case .cpu: cpu = try CPUManagerCheckpoint(bytes: bytes, file: file, verifies: verifies)
        case .memory: memory = try MemoryManagerCheckpoint(bytes: bytes, file: file, verifies: verifies)
        case .devices: devices = try DeviceManagerCheckpoint(bytes: bytes, file: file, verifies: verifies)
        }
    }

    private static func bytes(of file: String) throws(NUMAHintsError) -> [UInt8] {
        do {
            return try SourceText.bytes(of: file, file: file)
        } catch let error as NUMAHintsError {
            throw NUMAHintsError(.state, error.message, file: error.file, line: error.line)
        } catch {
            throw NUMAHintsError(.state, "cannot be read", file: file)
        }
    }
}
