// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// Whose files are opened.
@Suite("Trusted files")
struct TrustedFileTests {
    let folder: PrivateFolder
    let file: URL

    init() throws {
        folder = try PrivateFolder()
        file = folder.url.appendingPathComponent("lib.so")
        try Data("x".utf8).write(to: file)
        try mode(0o644, file)
    }

    func mode(_ mode: Int, _ url: URL) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }

    func problem(_ path: String) -> String? {
        do {
            _ = try TrustedFile(checking: path)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("a file of this user below a sticky folder is fine")
    func fine() { #expect(problem(file.path) == nil) }

    @Test("a file that everybody may write is refused")
    func writableFile() throws {
        try mode(0o666, file)
        #expect(problem(file.path)?.contains("lib.so: can be written by everybody: run chmod go-w") == true)
    }

    @Test("a folder that everybody may write is refused, unless it is sticky")
    func writableFolder() throws {
        try mode(0o777, folder.url)
        #expect(problem(file.path)?.contains("can be written by everybody") == true)
        try mode(0o1777, folder.url)
        #expect(problem(file.path) == nil)
    }

    @Test("a folder is no library")
    func noFile() { #expect(problem(folder.url.path)?.contains("is not a regular file") == true) }

    @Test("a link is followed, and what it leads to is checked")
    func link() throws {
        let link = folder.url.appendingPathComponent("link.so")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        #expect(problem(link.path) == nil)
        #expect(try TrustedFile(checking: link.path).path == file.resolvingSymlinksInPath().path)
        try mode(0o666, file)
        #expect(problem(link.path) != nil)
    }

    @Test("an exchanged file is noticed")
    func exchanged() throws {
        let checked = try TrustedFile(checking: file.path)
        try checked.checkUnchanged()
        let other = folder.url.appendingPathComponent("other")
        try Data("y".utf8).write(to: other)
        try FileManager.default.removeItem(at: file)
        try FileManager.default.moveItem(at: other, to: file)
        #expect(throws: NUMAHintsError.self) { try checked.checkUnchanged() }
    }
}
