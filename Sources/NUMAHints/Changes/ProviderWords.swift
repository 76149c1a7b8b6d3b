// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NUMACore

/// The settings of this project's providers, as far as they are changed to decide again; docs/settings.md has them whole.
protocol ProviderWords: Codable {}

extension ProviderWords {
    /// - Returns: nil if the text is something else, which the provider itself then says.
    init?(_ json: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
        self = read
    }

    /// With the keys in ascending order.
    var json: String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
    }
}

struct CPUWords: ProviderWords {
    static let provider = "org.numa-hints.cpu"

    var compat: String?
    var options: [String: Bool]?
    var policy: String?
    var reservedCPUs: String?
    var reservedMillicpus: UInt64?
}

struct MemoryWords: ProviderWords {
    /// Both are told the same.
    static let providers = ["org.numa-hints.memory", "org.numa-hints.hugepages"]

    struct Reservation: Codable {
        var bytes: UInt64
        var node: Int
        var resource: String
    }

    var compat: String?
    var includeDeviceMemory: Bool?
    var policy: String?
    var reservedMemory: [Reservation]?
}

struct DeviceWords: ProviderWords {
    static let provider = "org.numa-hints.devices"

    struct Device: Codable {
        var group: String?
        var healthy: Bool?
        var id: String
        var nodes: [Int]?
        var path: Path?
        var resource: String
    }

    /// Addresses, as a list or joined by "/".
    enum Path: Codable {
        case list([String])
        case joined(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let list = try? container.decode([String].self) {
                self = .list(list)
            } else {
                self = .joined(try container.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .list(let list): try container.encode(list)
            case .joined(let text): try container.encode(text)
            }
        }
    }

    var compat: String?
    var devices: [Device]?
}
