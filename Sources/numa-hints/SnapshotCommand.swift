// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import Glibc
import Ledger
import MachineTopology
import NUMACore
import NUMAHints
import Presentation
import Recordings

/// `numa-hints snapshot`: a node in one file.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Writes one file with the machine, a kubelet's state and the ledger, to be looked at elsewhere.",
        discussion: """
            The file is a folder packed by tar and gzip. It has only what docs/snapshot.md lists: no keys, no pods, \
            nothing else of the kubelet's folder. What cannot be read is left out, and said. Equal contents give equal \
            bytes.

            Of this machine, /var/lib/kubelet and the ledger are taken where they are; of another one, only if they are \
            named.

            Examples:
              numa-hints snapshot
              numa-hints snapshot node7.tar.gz --kubelet-root /var/lib/kubelet
              ssh node7 sudo numa-hints snapshot - > node7.tar.gz
              numa-hints explain pod.yaml --machine node7.tar.gz
              numa-hints explain pod.yaml --machine node7.tar.gz --kubelet-root node7.tar.gz
              numa-hints status --machine node7.tar.gz --ledger node7.tar.gz

            Exit codes: 0 written, also if something was left out; 2 usage or bad input; 3 the machine, a named kubelet \
            or a named ledger cannot be read.
            """)

    @Argument(
        help: ArgumentHelp(
            "The file to write: numa-hints-snapshot.tar.gz if not given; - for standard output.", valueName: "file"))
    var file = "numa-hints-snapshot.tar.gz"

    @Flag(help: "Put it in the place of a file that is there.")
    var force = false

    @OptionGroup var machine: MachineOptions

    @Option(help: ArgumentHelp("A kubelet's folder, of which five files are taken; or a snapshot.", valueName: "dir"))
    var kubeletRoot: String?

    @Option(help: ArgumentHelp("The ledger, of which a copy is taken; or a snapshot.", valueName: "file"))
    var ledger: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        try checkPlace()
        let (snapshot, bytes) = try machine.withMachine(devices: false) { opened in
            guard let root = opened.root else {
                throw NUMAHintsError(
                    .usage, "--machine \(machine.machine) is one file already, and says nothing of /sys and /proc")
            }
            var snapshot = Snapshot(machineRoot: root)
            addXML(of: root.isEmpty ? .live : .folder(path: root), to: &snapshot)
            try addKubelet(to: &snapshot)
            try addLedger(to: &snapshot)
            return (snapshot, try snapshot.archive())
        }
        try WholeFile.write(bytes, to: file, mode: 0o600)
        let report = report(on: snapshot, bytes: bytes.count)
        // Its own place is taken by the archive.
        if file == "-" {
            Standard.error(String(report.text.dropLast()))
        } else {
            try output.print(report) { report.text }
        }
    }

    /// Nobody waits for a machine that is read in vain.
    private func checkPlace() throws {
        guard !file.isEmpty else { throw NUMAHintsError(.usage, "the snapshot needs the name of a file") }
        guard file != "-" || output.output == .text else {
            throw NUMAHintsError(.usage, "standard output has the snapshot: leave out -o, or name a file")
        }
        guard file != "-" || isatty(STDOUT_FILENO) == 0 else {
            throw NUMAHintsError(.usage, "a snapshot is not for a terminal: name a file, or a program that takes it")
        }
        var found = stat()
        guard file != "-", unsafe stat(file, &found) == 0 else { return }
        if found.st_mode & S_IFMT == S_IFDIR {
            throw NUMAHintsError(.usage, "it is a folder: name a file in it", file: file)
        }
        guard force || found.st_mode & S_IFMT != S_IFREG else {
            throw NUMAHintsError(.usage, "it is there already: name another, or give --force", file: file)
        }
    }

    private func report(on snapshot: Snapshot, bytes: Int) -> SnapshotReport {
        SnapshotReport(
            file: file, bytes: bytes, machine: machine.machine, machineEntries: snapshot.machine.count,
            kubelet: snapshot.kubelet.map { .init(folder: $0, files: snapshot.kubeletFiles) }, ledger: snapshot.ledger,
            leftOut: snapshot.gaps.map { .init(path: $0.path, reason: $0.reason) })
    }
}

// MARK: - What is beside the machine

extension SnapshotCommand {
    private func addXML(of source: MachineSource, to snapshot: inout Snapshot) {
        do throws(NUMAHintsError) {
            snapshot.addXML(try MachineXML.bytes(of: source))
        } catch {
            snapshot.addGap("machine.xml", error.message)
        }
    }

    private func addKubelet(to snapshot: inout Snapshot) throws {
        let usual = "/var/lib/kubelet"
        guard let folder = kubeletRoot ?? (machine.isNamed ? nil : usual) else { return }
        guard unsafe access(folder, R_OK | X_OK) == 0 || OpenedSnapshot.canBe(folder) else {
            let (problem, reason) = (errno, unsafe String(cString: strerror(errno)))
            guard kubeletRoot != nil else {
                if problem != ENOENT { snapshot.addGap(folder, reason) }
                return
            }
            throw NUMAHintsError(.input, "cannot be read: \(reason)", file: folder)
        }
        let real = OpenedSnapshot.canBe(folder) ? try OpenedSnapshots.kubelet(of: folder) : folder
        let count = snapshot.addKubelet(folder: real, name: OpenedSnapshots.named(real))
        guard count > 0 || kubeletRoot == nil else {
            throw NUMAHintsError(.input, "no file of a kubelet can be taken from it", file: folder)
        }
    }

    private func addLedger(to snapshot: inout Snapshot) throws {
        guard ledger != nil || !machine.isNamed else { return }
        var options = try LedgerOptions.parse([])
        options.ledger = ledger
        do {
            let path = try options.path()
            guard let bytes = try options.reading({ try copy(of: $0) }) else {
                guard ledger == nil else { throw NUMAHintsError(.state, "there is no ledger", file: path) }
                return
            }
            snapshot.addLedger(bytes, name: OpenedSnapshots.named(path))
        } catch let error as NUMAHintsError where ledger == nil {
            snapshot.addGap(error.file ?? "the ledger", error.message)
        }
    }

    /// What a consistent copy has, which is made in a folder of its own.
    private func copy(of ledger: SQLiteLedger) throws -> [UInt8] {
        var template = ((Environment.value("TMPDIR") ?? "/tmp") + "/numa-hints-XXXXXX").utf8CString.map { $0 }
        guard unsafe mkdtemp(&template) != nil else {
            throw NUMAHintsError(.machine, "no folder for a copy of the ledger can be made")
        }
        let folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/ledger.db"
        try ledger.copy(to: path)
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw NUMAHintsError(.machine, "the copy of the ledger cannot be read")
        }
        return Array(bytes)
    }
}
