// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What a device plugin answers for one container: the message `ContainerAllocateResponse` of the device
/// plugin API, v1beta1.
public struct DeviceAllocation: Hashable, Sendable {
    /// An environment variable or an annotation.
    public struct Pair: Hashable, Sendable {
        public var name: String
        public var value: String
    }

    public struct Mount: Hashable, Sendable {
        public var containerPath = ""
        public var hostPath = ""
        public var isReadOnly = false
    }

    /// A device file.
    public struct DeviceFile: Hashable, Sendable {
        public var containerPath = ""
        public var hostPath = ""
        /// Letters of `rwm`: read, write, make.
        public var permissions = ""
    }

    /// In ascending order of name.
    public private(set) var envs: [Pair] = []
    public private(set) var mounts: [Mount] = []
    public private(set) var devices: [DeviceFile] = []
    /// In ascending order of name.
    public private(set) var annotations: [Pair] = []
    /// The names of CDI devices, such as `vendor.com/gpu=0`.
    public private(set) var cdiDevices: [String] = []

    /// Reads a message; fields that are not known are passed over.
    ///
    /// - Throws: a state error that says what is wrong with the bytes.
    public init(bytes: [UInt8]) throws(NUMAHintsError) {
        do throws(WireReader.Damage) {
            try read(bytes[...])
        } catch {
            throw NUMAHintsError(.state, "cannot be decoded: \(error.message)")
        }
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>) throws(WireReader.Damage) {
        var (envs, annotations): ([String: String], [String: String]) = ([:], [:])
        var reader = WireReader(bytes)
        while let (field, value) = try reader.next() {
            guard (1...5).contains(field) else { continue }
            guard case .bytes(let message) = value else {
                throw WireReader.Damage(message: "field \(field) is no message")
            }
            switch field {
            case 1: try Self.pair(message, into: &envs)
            case 2: mounts.append(try Self.mount(message))
            case 3: devices.append(try Self.deviceFile(message))
            case 4: try Self.pair(message, into: &annotations)
            default: cdiDevices.append(try Self.fields(message).texts[1] ?? "")
            }
        }
        self.envs = Self.sorted(envs)
        self.annotations = Self.sorted(annotations)
    }

    /// The texts and numbers of a message without repeated fields; the last of a field counts.
    private static func fields(_ message: ArraySlice<UInt8>) throws(WireReader.Damage)
        -> (texts: [UInt64: String], numbers: [UInt64: UInt64])
    {
        var (texts, numbers): ([UInt64: String], [UInt64: UInt64]) = ([:], [:])
        var reader = WireReader(message)
        while let (field, value) = try reader.next() {
            switch value {
            case .number(let number): numbers[field] = number
            case .bytes(let bytes):
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw WireReader.Damage(message: "a text at byte \(bytes.startIndex) is not UTF-8")
                }
                texts[field] = text
            case .fixed: break
            }
        }
        return (texts, numbers)
    }

    private static func pair(_ message: ArraySlice<UInt8>, into map: inout [String: String])
        throws(WireReader.Damage)
    {
        let texts = try fields(message).texts
        map[texts[1] ?? ""] = texts[2] ?? ""
    }

    private static func mount(_ message: ArraySlice<UInt8>) throws(WireReader.Damage) -> Mount {
        let (texts, numbers) = try fields(message)
        return Mount(
            containerPath: texts[1] ?? "", hostPath: texts[2] ?? "", isReadOnly: (numbers[3] ?? 0) != 0)
    }

    private static func deviceFile(_ message: ArraySlice<UInt8>) throws(WireReader.Damage) -> DeviceFile {
        let texts = try fields(message).texts
        return DeviceFile(
            containerPath: texts[1] ?? "", hostPath: texts[2] ?? "", permissions: texts[3] ?? "")
    }

    private static func sorted(_ map: [String: String]) -> [Pair] {
        map.map { Pair(name: $0.key, value: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
