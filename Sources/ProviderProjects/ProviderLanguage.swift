// SPDX-License-Identifier: Apache-2.0

/// What a provider can be begun in.
public enum ProviderLanguage: String, CaseIterable, Sendable {
    case c, rust, swift

    /// Builds the library `lib<name>.so` into the folder `providers`.
    func build(_ name: ProviderName) -> String {
        let made = "lib\(name.short).so"
        switch self {
        case .c: return "make -s && cp \(made) providers/"
        case .rust:
            let built = "lib\(name.short.replacing("-", with: "_")).so"
            return "cargo build --quiet --release && cp target/release/\(built) providers/\(made)"
        case .swift:
            return "swift build -q -c release --product \(name.short) && cp .build/release/\(made) providers/"
        }
    }

    /// The tests that need no host.
    var unitTests: String? {
        switch self {
        case .c: nil
        case .rust: "cargo test --quiet"
        case .swift: "swift test -q"
        }
    }

    /// Where the author begins.
    func source(_ name: ProviderName) -> String {
        switch self {
        case .c: "\(name.short).c"
        case .rust: "src/books.rs"
        case .swift: "Sources/\(name.capitalized)/\(name.capitalized)Provider.swift"
        }
    }

    /// What leaves one symbol exported, and what else is to be known of the library.
    func linking(_ name: ProviderName) -> String {
        switch self {
        case .c: "`\(name.short).map` is the linker's version script: it leaves one exported symbol."
        case .rust:
            "Of a `cdylib` cargo exports what is `#[no_mangle]` alone: no version script is needed. A panic is caught at\n"
                + "the border."
        case .swift:
            "`provider.map` is the linker's version script: it leaves one exported symbol. The library has the Swift standard\n"
                + "library inside (`-static-stdlib`): a host in Swift has one of its own, and two that share one would take\n"
                + "records of one name for one type, also where their versions differ."
        }
    }
}
