// SPDX-License-Identifier: Apache-2.0

package import CNUMAHints
import CShims
import Glibc
package import NUMACore
package import NUMAHints

/// The options of a manager, out of a record of the border and the environment of the process.
package enum OptionsReader {
    package static func read(_ pointer: UnsafePointer<numa_hints_options>?) throws(NUMAHintsError)
        -> TopologyManager.Options
    {
        var options = TopologyManager.Options()
        options.environment = environment()
        options.home = home()
        guard let pointer = unsafe pointer else { return options }
        let given = unsafe try Border.record(pointer, "options", zero: numa_hints_options())
        options.machine = unsafe try Border.optionalText(given.machine, "machine") ?? options.machine
        options.configuration = unsafe try Border.optionalText(given.config, "config")
        options.kubeletConfiguration = unsafe try Border.optionalText(given.kubelet_config, "kubelet_config")
        options.kubeletArguments = unsafe try Border.optionalText(given.kubelet_args, "kubelet_args")
        options.ledger = unsafe try Border.optionalText(given.ledger, "ledger")
        let folders = unsafe try Border.list(given.providers, given.provider_count, "providers")
        for index in unsafe folders.indices {
            options.providers.append(unsafe try Border.text(folders[index], "providers"))
        }
        options.policy = try word(unsafe try Border.optionalText(given.policy, "policy"), "policy")
        options.scope = try word(unsafe try Border.optionalText(given.scope, "scope"), "scope")
        options.changedMachine = try word(
            unsafe try Border.optionalText(given.changed_machine, "changed_machine"), "changed_machine")
        options.cgroupRoot = unsafe try Border.optionalText(given.cgroup_root, "cgroup_root") ?? options.cgroupRoot
        options.hostRoot = unsafe try Border.optionalText(given.host_root, "host_root") ?? options.hostRoot
        options.wholeSystem = unsafe given.whole_system != 0
        options.isolatesProviders = unsafe given.isolate != 0
        options.refusesUnclaimed = unsafe given.strict != 0
        if unsafe given.lock_wait_ms > 0 { options.lockWait = unsafe .milliseconds(Int64(given.lock_wait_ms)) }
        if unsafe given.history > 0 { options.history = unsafe Int(given.history) }
        if unsafe given.watch_interval_ms > 0 {
            options.watchInterval = unsafe .milliseconds(Int64(given.watch_interval_ms))
        }
        return options
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ text: String?, _ name: String
    ) throws(NUMAHintsError) -> Word? where Word.RawValue == String {
        guard let text else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw NUMAHintsError(.usage, "\(name) must be one of \(words), found \"\(text)\"")
        }
        return word
    }

    private static func environment() -> [String: String] {
        var values: [String: String] = [:]
        for name in ["HOME", "XDG_STATE_HOME", "TMPDIR", "NUMA_HINTS_PROVIDER_PATH", "NUMA_HINTS_LIBEXEC"] {
            guard let value = unsafe getenv(name) else { continue }
            let text = unsafe String(cString: value)
            if !text.isEmpty { values[name] = text }
        }
        return values
    }

    /// The folder of this library, beside which providers are installed.
    private static func home() -> String? {
        guard let name = unsafe shim_own_file(), let path = unsafe realpath(name, nil) else { return nil }
        defer { unsafe free(path) }
        let text = unsafe String(cString: path)
        return text.lastIndex(of: "/").map { String(text[..<$0]) }
    }
}
