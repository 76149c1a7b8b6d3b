// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "widget",
    products: [.library(name: "widget", type: .dynamic, targets: ["WidgetPlugin"])],
    dependencies: [.package(name: "numa-hints", path: "../..")],
    targets: [
        // What it does, which tests can import.
        .target(name: "Widget", dependencies: [.product(name: "ProviderKit", package: "numa-hints")]),
        .testTarget(
            name: "WidgetTests",
            dependencies: ["Widget", .product(name: "ProviderKit", package: "numa-hints")]),
        // The shared library: one exported symbol, and a Swift standard library of its own, so that it and the host's
        // never mix. It stays loaded, since the Swift runtime cannot be unloaded.
        .target(
            name: "WidgetPlugin",
            dependencies: ["Widget", .product(name: "ProviderKit", package: "numa-hints")],
            linkerSettings: [
                .unsafeFlags([
                    "-static-stdlib", "-use-ld=lld",
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/provider.map",
                    "-Xlinker", "-z", "-Xlinker", "nodelete",
                ])
            ]),
    ]
)
