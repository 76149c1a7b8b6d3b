// SPDX-License-Identifier: Apache-2.0

import CExamples
public import NUMACore

/// The files of a new provider: an example of ours under another name, with a page, a pod and a test.
public struct ProviderProject: Sendable {
    /// One file.
    public struct File: Hashable, Sendable {
        /// Below the project's folder.
        public var path: String
        public var text: String
        public var isExecutable = false
    }

    /// In ascending order of path.
    public let files: [File]

    /// - Parameter package: where a Swift project finds ProviderKit: the folder of this package, or its address.
    public init(_ name: ProviderName, _ language: ProviderLanguage, package: String? = nil) throws(NUMAHintsError) {
        var files: [File] = []
        for example in Self.examples where example.project == language.rawValue {
            files.append(File(path: Self.renamed(example.path, name), text: Self.renamed(example.text, name)))
        }
        switch language {
        case .c:
            files += Self.examples.filter { $0.project == "headers" }.map {
                File(path: "include/\($0.path)", text: $0.text)
            }
            files.append(File(path: ".gitignore", text: "*.so\n/providers\n"))
            Self.replace("../../Sources/CNUMAHintsProvider/include", with: "include", in: "Makefile", of: &files)
        case .rust: Self.replace("/target\n", with: "/target\n/providers\n", in: ".gitignore", of: &files)
        case .swift:
            guard let package else {
                throw NUMAHintsError(
                    .usage, "--language swift needs --package: the folder or the address of numa-hints' sources")
            }
            let text = package.contains("://") ? "url: \"\(package)\", branch: \"main\"" : "path: \"\(package)\""
            guard package.allSatisfy({ $0 != "\"" && $0 != "\\" && !$0.isNewline }) else {
                throw NUMAHintsError(.usage, "--package has a character that no path or address has here")
            }
            let origin = package.contains("://") ? "" : "name: \"numa-hints\", "
            Self.replace(
                "name: \"numa-hints\", path: \"../..\"", with: origin + text, in: "Package.swift", of: &files)
            Self.replace("/.build\n", with: "/.build\n/providers\n", in: ".gitignore", of: &files)
        }
        files += [
            File(path: "README.md", text: Self.page(name, language)),
            File(path: "pod.yaml", text: Self.pod(name)),
            File(path: "test.sh", text: Self.test(name, language), isExecutable: true),
        ]
        self.files = files.sorted { $0.path < $1.path }
    }

    private static var examples: [(project: String, path: String, text: String)] {
        var found: [(project: String, path: String, text: String)] = []
        while let example = unsafe nh_example_at(found.count)?.pointee {
            unsafe found.append(
                (String(cString: example.project), String(cString: example.path), String(cString: example.text)))
        }
        return found
    }

    private static func renamed(_ text: String, _ name: ProviderName) -> String {
        // The name itself may have "widget" in it.
        let (id, resource) = ("\u{1}", "\u{2}")
        return text.replacing("org.example.widget", with: id).replacing("example.org/widget", with: resource)
            .replacing("Widget", with: name.capitalized).replacing("widget", with: name.short)
            .replacing(id, with: name.id).replacing(resource, with: name.resource)
    }

    private static func replace(_ text: String, with other: String, in path: String, of files: inout [File]) {
        for place in files.indices where files[place].path == path {
            files[place].text = files[place].text.replacing(text, with: other)
        }
    }
}
