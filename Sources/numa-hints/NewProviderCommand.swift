// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import Glibc
import NUMACore
import ProviderProjects

/// `numa-hints new-provider`: a project to begin a provider with.
struct NewProviderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-provider",
        abstract: "Writes a project for a hint provider that builds and passes the conformance check.",
        discussion: """
            The project is a whole provider of four devices, with a page, a pod and a test: put yours in their place. \
            docs/writing-a-provider.md goes through it.

            Examples:
              numa-hints new-provider com.example.card --language c card
              numa-hints new-provider com.example.card --language rust card
              numa-hints new-provider com.example.card --language swift card --package ../numa-hints

            Exit codes: 0 written; 2 usage, also a folder that is there already.
            """)

    @Argument(help: "Reverse-DNS, e.g. com.example.card; its last word names files, the others the resource.")
    var name: String

    /// What a provider can be begun in.
    enum Language: String, CaseIterable, ExpressibleByArgument {
        case c, rust, swift

        var kind: ProviderLanguage {
            switch self {
            case .c: .c
            case .rust: .rust
            case .swift: .swift
            }
        }
    }

    @Option(help: "c, rust or swift.")
    var language: Language

    @Option(help: ArgumentHelp("For swift: the folder or address of numa-hints' sources.", valueName: "source"))
    var package: String?

    @Argument(help: "The folder to make; it must not be there, or be empty.")
    var folder: String

    func run() throws {
        let project = try ProviderProject(ProviderName(name), language.kind, package: try packagePlace())
        try write(project)
        print("\(folder): \(project.files.count) files; build and test it by \(folder)/test.sh")
    }

    /// Where the package is, from wherever it is asked; an address stays.
    private func packagePlace() throws -> String? {
        guard let package, language == .swift, !package.contains("://") else { return package }
        guard let real = unsafe realpath(package, nil) else {
            throw NUMAHintsError(.input, "no such folder", file: package)
        }
        defer { unsafe free(real) }
        let place = unsafe String(cString: real)
        guard unsafe access(place + "/Package.swift", R_OK) == 0 else {
            throw NUMAHintsError(.input, "no Swift package: it has no Package.swift", file: package)
        }
        return place
    }

    /// The folder is there as a whole or not at all.
    private func write(_ project: ProviderProject) throws {
        let files = FileManager.default
        let target = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        guard !target.isEmpty else { throw NUMAHintsError(.usage, "the project needs the name of a folder") }
        if files.fileExists(atPath: target) {
            let inner = try? files.contentsOfDirectory(atPath: target)
            guard inner?.isEmpty == true else {
                throw NUMAHintsError(.usage, "is there already, and is no empty folder: name another one", file: target)
            }
        }
        let draft = target + ".new-\(getpid())"
        do {
            for file in project.files {
                let path = "\(draft)/\(file.path)"
                let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? draft
                try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: URL(filePath: path))
                if file.isExecutable { _ = unsafe chmod(path, 0o755) }
            }
            guard unsafe rename(draft, target) == 0 else {
                throw NUMAHintsError(
                    .input, "cannot be written: \(unsafe String(cString: strerror(errno)))", file: target)
            }
        } catch {
            try? files.removeItem(atPath: draft)
            if let known = error as? NUMAHintsError { throw known }
            throw NUMAHintsError(.input, "cannot be written", file: target)
        }
    }
}
