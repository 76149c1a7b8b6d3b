// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "agent",
    dependencies: [.package(name: "numa-hints", path: "../..")],
    targets: [
        .executableTarget(
            name: "agent",
            dependencies: [.product(name: "NUMAHints", package: "numa-hints")],
            swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")])
    ]
)
