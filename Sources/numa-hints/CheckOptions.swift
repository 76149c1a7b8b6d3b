// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import NUMACore
import ProviderConformance
import Recordings

/// What `check` and the process of each check are told.
struct CheckOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The provider's shared library.", valueName: "library"))
    var library: String?

    @Option(help: ArgumentHelp("A file with the provider's settings: a JSON object.", valueName: "file"))
    var settings: String?

    @Option(help: ArgumentHelp("The seed of what is done at random.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Check on this machine alone, named as for other commands, instead of machines that are made up.",
            valueName: "source"))
    var machine: String?

    /// Runs the body with what these options say.
    func withSetup(_ body: (Bench.Setup) throws -> Void) throws {
        guard let library else { throw NUMAHintsError(.usage, "give the library to check, or --list") }
        var setup = Bench.Setup(path: library, settings: try settingsText(), seed: seed)
        guard let machine else { return try body(setup) }
        var options = MachineOptions()
        options.machine = machine
        options.wholeSystem = false
        try options.withMachine { recorded in
            setup.machine = CheckedMachine(recorded.machine, root: recorded.root)
            try body(setup)
        }
    }

    private func settingsText() throws -> String? {
        guard let settings else { return nil }
        guard let data = try? Data(contentsOf: URL(filePath: settings)), data.count <= 1 << 24 else {
            throw NUMAHintsError(.input, "cannot be read", file: settings)
        }
        guard let object = try? JSONSerializationCheck.isObject(data), object else {
            throw NUMAHintsError(.input, "must be a JSON object of the provider's settings", file: settings)
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The same for the process of one check.
    func words(_ command: String, _ what: String) -> [String] {
        var words = ["numa-hints", command, what, library ?? "", "--seed", "\(seed)"]
        if let settings { words += ["--settings", settings] }
        if let machine { words += ["--machine", machine] }
        return words
    }
}

/// Whether bytes are a JSON object, whatever is in it.
enum JSONSerializationCheck {
    private struct AnyMember: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private struct AnyObject: Decodable {
        init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: AnyMember.self) }
    }

    static func isObject(_ data: Data) throws -> Bool {
        _ = try JSONDecoder().decode(AnyObject.self, from: data)
        return true
    }
}
