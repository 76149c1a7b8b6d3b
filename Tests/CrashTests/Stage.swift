// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A command that changes a ledger.
struct Operation: Sendable {
    var name: String
    var arguments: [String]
    /// What it ends with where nothing goes wrong.
    var status: Int32 = 0
    /// It says what became of a pod before it goes on with the next one.
    var isToldLineByLine = false

    var isAdmission: Bool { arguments.first == "admit" }
}

/// What all commands of a test have in common: the machine, the providers, the pods.
///
/// A command runs in a folder with `ledger/`, which the first admission makes, and `effects/`.
final class Stage: Sendable {
    let hasSlots: Bool
    private let files: PrivateFolder
    private let library: CompiledLibrary?

    /// - Parameter hasSlots: whether there is a provider with effects outside its books.
    init(hasSlots: Bool) throws {
        self.hasSlots = hasSlots
        files = try PrivateFolder()
        library =
            hasSlots
            ? try CompiledLibrary(
                compiling: TestEnvironment.root.appendingPathComponent("Tests/CrashTests/Fixtures/slots.c"))
            : nil
        let slots = """
            apiVersion: numa-hints/v1
            providers:
              - path: \(library?.url.path ?? "")
              - id: org.example.slots
                settings: {folder: effects}
            """
        try Data(slots.utf8).write(to: files.url.appendingPathComponent("numa-hints.yaml"))
        let slot = hasSlots ? ", example.org/slot: 1" : ""
        try add("a", ["app: {cpu: 2, memory: 1Gi\(slot)}"])
        try add("b", ["left: {cpu: 1, memory: 1Gi\(slot)}", "right: {cpu: 1, memory: 2Gi\(slot)}"])
        try add("c", ["app: {cpu: 3, memory: 1Gi, example.org/gpu: 1}"])
        try add("wide", ["app: {cpu: 99, memory: 1Gi}"])
    }

    private func add(_ name: String, _ containers: [String]) throws {
        let lines = containers.map { container in
            let parts = container.split(separator: ":", maxSplits: 1)
            return "    - {name: \(parts[0]), resources: {limits:\(parts[1])}}\n"
        }
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name), uid: \(name)}\nspec:\n  containers:\n"
            + lines.joined()
        try Data(text.utf8).write(to: files.url.appendingPathComponent("\(name).yaml"))
    }

    /// A file of a pod that asks for all that nobody has.
    func rest(after holdings: Holdings) throws -> String {
        let file = files.url.appendingPathComponent("rest-\(UUID().uuidString).yaml")
        try Data(holdings.free.pod(withSlots: hasSlots).utf8).write(to: file)
        return file.path
    }

    func admit(_ name: String, _ pods: String...) -> Operation {
        Operation(
            name: name, arguments: ["admit"] + pods.map { files.url.appendingPathComponent("\($0).yaml").path })
    }

    func release(_ name: String, _ holder: String) -> Operation {
        Operation(name: name, arguments: ["release", holder])
    }

    /// The program and its arguments.
    func command(_ operation: Operation) -> [String] {
        let program = TestEnvironment.commands.appendingPathComponent("numa-hints").path
        let machine = TestEnvironment.root.appendingPathComponent("Examples/machines/two-node.json").path
        let config = hasSlots ? ["--config", files.url.appendingPathComponent("numa-hints.yaml").path] : []
        let told = operation.isToldLineByLine ? ["stdbuf", "-oL"] : []
        return told + [program] + operation.arguments + ["--machine", machine, "--ledger", "ledger/ledger.db"] + config
    }

    func run(_ operation: Operation, in folder: URL) throws -> CommandResult {
        let command = command(operation)
        return try TestSupport.run(command[0], Array(command.dropFirst()), in: folder)
    }

    /// A new folder in which nothing was admitted yet.
    static func emptyFolder() throws -> PrivateFolder {
        let folder = try PrivateFolder()
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent("effects"), withIntermediateDirectories: false)
        return folder
    }

    static func copy(_ folder: PrivateFolder) throws -> PrivateFolder {
        let copy = try PrivateFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
            try FileManager.default.copyItem(
                at: folder.url.appendingPathComponent(name), to: copy.url.appendingPathComponent(name))
        }
        return copy
    }

    /// A folder as the power failure left it.
    static func folder(of remnants: [DiskModel.Remnant]) throws -> PrivateFolder {
        let folder = try PrivateFolder()
        for remnant in remnants {
            let url = folder.url.appendingPathComponent(remnant.path)
            if let bytes = remnant.bytes {
                try Data(bytes).write(to: url)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
            } else {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
            }
        }
        return folder
    }
}
