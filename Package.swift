// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

// Targets stand in alphabetical order, each followed by its tests, one dependency a line.

import PackageDescription

/// A sanitizer's symbols are in the program that loads a library, so the libraries may leave them open.
let isSanitized = Context.environment["NUMA_HINTS_SANITIZED"] != nil

/// A provider's shared library: a thin entry target over a static target that tests can import.
struct Plugin {
    let name: String
    /// Targets of ours that it shares with other plugins.
    var shared: [Target.Dependency] = []
    var folder: String { "Plugins/\(name)" }

    var product: Product {
        .library(name: "numa-hints-\(name.lowercased())", type: .dynamic, targets: ["\(name)Plugin"])
    }

    var targets: [Target] {
        [
            .target(
                name: "\(name)Plugin",
                dependencies: [
                    .target(name: "\(name)Provider"),
                    "CNUMAHintsProvider",
                    "ProviderKit",
                ],
                path: "\(folder)/Entry",
                linkerSettings: [
                    // One exported symbol; never unloaded, since the Swift runtime cannot be. With lld,
                    // since gold leaves local symbols in the table of dynamic ones.
                    .unsafeFlags([
                        "-use-ld=lld",
                        "-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/provider.map",
                        "-Xlinker", "-z", "-Xlinker", "nodelete",
                        "-Xlinker", "-z", "-Xlinker", isSanitized ? "undefs" : "defs",
                    ])
                ]
            ),
            .target(
                name: "\(name)Provider",
                dependencies: shared + [
                    "NUMACore",
                    "ProviderKit",
                ],
                path: "\(folder)/Provider"
            ),
            .testTarget(
                name: "\(name)ProviderTests",
                dependencies: shared + [
                    .target(name: "\(name)Provider"),
                    "NUMACore",
                    "ProviderKit",
                    "TestSupport",
                ]
            ),
        ]
    }
}

let plugins = [
    Plugin(name: "CPU"),
    Plugin(name: "Devices"),
    Plugin(name: "Hugepages", shared: ["MemoryBooks"]),
    Plugin(name: "Memory", shared: ["MemoryBooks"]),
    Plugin(name: "PCI", shared: ["PCIDevices", "SystemFiles"]),
    Plugin(name: "SRIOV", shared: ["JSONWriting", "PCIDevices", "SystemFiles"]),
]

let package = Package(
    name: "numa-hints",
    products: [
        .executable(name: "numa-hints", targets: ["numa-hints"]),
        .executable(name: "numa-hints-provider", targets: ["numa-hints-provider"]),
        .library(name: "NUMAHints", targets: ["NUMAHints"]),
        .library(name: "numahints", type: .dynamic, targets: ["EmbeddingLibrary"]),
        .library(name: "ProviderKit", targets: ["CNUMAHintsProvider", "NUMACore", "ProviderKit"]),
    ] + plugins.map(\.product),
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(
            name: "Admission",
            dependencies: [
                "DeviceChoice",
                "HintMerge",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "AdmissionTests",
            dependencies: [
                "Admission",
                "DeviceChoice",
                "HintMerge",
                "Ledger",
                "NUMACore",
                "ProviderKit",
                "TestSupport",
            ]
        ),
        .target(
            name: "BorderMemory",
            dependencies: [
                "CNUMAHintsProvider",
                "NUMACore",
            ]
        ),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .target(name: "CConformance"),
        .target(name: "CExamples"),
        .target(name: "CPCI", linkerSettings: [.linkedLibrary("pci")]),
        .target(name: "CProcess", linkerSettings: [.linkedLibrary("numa")]),
        .systemLibrary(name: "CHwloc", pkgConfig: "hwloc", providers: [.apt(["libhwloc-dev"])]),
        .target(name: "CIsolation"),
        .target(name: "CNUMAHints"),
        .target(name: "CNUMAHintsProvider"),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "KubernetesFormats",
                "NUMACore",
                "Recordings",
                "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "Admission",
                "Ledger",
                "NUMACore",
                "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .target(name: "CShims"),
        .target(
            name: "DeviceChoice",
            dependencies: [
                "NUMACore"
            ]
        ),
        .testTarget(
            name: "DeviceChoiceTests",
            dependencies: [
                "DeviceChoice",
                "NUMACore",
                "TestSupport",
            ]
        ),
        .target(
            name: "Embedding",
            dependencies: [
                "CNUMAHints",
                "CShims",
                "JSONWriting",
                "NUMACore",
                "NUMAHints",
            ]
        ),
        .target(
            name: "EmbeddingLibrary",
            dependencies: [
                "CNUMAHints",
                "Embedding",
                "NUMACore",
                "NUMAHints",
            ],
            exclude: ["exports.map"],
            linkerSettings: [
                // As the plugins; and with a name that says which programs it serves.
                .unsafeFlags([
                    "-use-ld=lld",
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/EmbeddingLibrary/exports.map",
                    "-Xlinker", "-soname=libnumahints.so.1",
                    "-Xlinker", "-z", "-Xlinker", "nodelete",
                    "-Xlinker", "-z", "-Xlinker", isSanitized ? "undefs" : "defs",
                ])
            ]
        ),
        .testTarget(
            name: "EmbeddingLibraryTests",
            dependencies: [
                "CNUMAHints",
                "Embedding",
                "NUMACore",
                "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .target(
            name: "Enforcement",
            dependencies: [
                "CProcess",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "EnforcementTests",
            dependencies: [
                "CProcess",
                "Enforcement",
                "NUMACore",
                "TestSupport",
            ]
        ),
        .target(
            name: "Explanation",
            dependencies: [
                "Admission",
                "HintMerge",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "ExplanationTests",
            dependencies: [
                "Admission",
                "Explanation",
                "HintMerge",
                "NUMACore",
                "TestSupport",
            ]
        ),
        .target(
            name: "HintMerge",
            dependencies: [
                "NUMACore"
            ]
        ),
        .testTarget(
            name: "HintMergeTests",
            dependencies: [
                "HintMerge",
                "NUMACore",
                "Recordings",
                "TestSupport",
            ]
        ),
        .target(name: "JSONWriting"),
        .testTarget(name: "JSONWritingTests", dependencies: ["JSONWriting", "TestSupport"]),
        .target(
            name: "KubeletLog",
            dependencies: [
                "Explanation",
                "HintMerge",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "KubeletLogTests",
            dependencies: [
                "HintMerge",
                "KubeletLog",
                "NUMACore",
                "Presentation",
                "TestSupport",
            ]
        ),
        .target(
            name: "KubernetesFormats",
            dependencies: [
                .product(name: "Yams", package: "Yams"),
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "KubernetesFormatsTests",
            dependencies: [
                "KubernetesFormats",
                "NUMACore",
                "TestSupport",
            ]
        ),
        .target(
            name: "Ledger",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                "Admission",
                "CShims",
                "JSONWriting",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                "Admission",
                "Ledger",
                "NUMACore",
                "TestSupport",
            ]
        ),
        .target(
            name: "MachineTopology",
            dependencies: [
                "CHwloc",
                "CPCI",
                "NUMACore",
                "SystemFiles",
            ]
        ),
        .testTarget(
            name: "MachineTopologyTests",
            dependencies: [
                "MachineTopology",
                "NUMACore",
                "Recordings",
                "TestSupport",
            ]
        ),
        .target(
            name: "MemoryBooks",
            dependencies: [
                "NUMACore",
                "ProviderKit",
            ],
            path: "Plugins/MemoryBooks"
        ),
        .target(name: "NUMACore"),
        .testTarget(
            name: "NUMACoreTests",
            dependencies: [
                "NUMACore",
                "TestSupport",
            ]
        ),
        .target(
            name: "NUMAHints",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                "Admission",
                "Enforcement",
                "Explanation",
                "HintMerge",
                "JSONWriting",
                "KubernetesFormats",
                "Ledger",
                "MachineTopology",
                "NUMACore",
                "Presentation",
                "ProviderHost",
                "ProviderIsolation",
                "Recordings",
                "SystemFiles",
            ]
        ),
        .executableTarget(
            name: "numa-hints",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                "Admission",
                "CShims",
                "Enforcement",
                "Explanation",
                "HintMerge",
                "JSONWriting",
                "KubeletLog",
                "KubernetesFormats",
                "Ledger",
                "MachineTopology",
                "NUMACore",
                "NUMAHints",
                "Presentation",
                "ProviderConformance",
                "ProviderHost",
                "ProviderIsolation",
                "ProviderProjects",
                "Recordings",
                "Service",
                "SimulatedMachines",
            ]
        ),
        .executableTarget(
            name: "numa-hints-bench",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                "Admission",
                "BorderMemory",
                "CIsolation",
                "CNUMAHints",
                "CNUMAHintsProvider",
                "CProcess",
                "CPUProvider",
                "DeviceChoice",
                "Explanation",
                "HintMerge",
                "JSONWriting",
                "KubernetesFormats",
                "Ledger",
                "NUMACore",
                "NUMAHints",
                "PCIDevices",
                "Presentation",
                "ProviderHost",
                "ProviderIsolation",
                "ProviderKit",
                "SRIOVProvider",
                "SystemFiles",
                "TestSupport",
            ],
            path: "Tests/Benchmarks"
        ),
        .executableTarget(
            name: "numa-hints-provider",
            dependencies: [
                "BorderMemory",
                "CIsolation",
                "CNUMAHintsProvider",
                "NUMACore",
                "ProviderHost",
                "ProviderWire",
            ]
        ),
        .target(
            name: "PCIDevices",
            dependencies: [
                "CPCI",
                "NUMACore",
                "ProviderKit",
                "SystemFiles",
            ],
            path: "Plugins/PCIDevices"
        ),
        .testTarget(
            name: "PCIDevicesTests",
            dependencies: [
                "MachineTopology",
                "NUMACore",
                "PCIDevices",
                "ProviderKit",
                "SystemFiles",
                "TestSupport",
            ]
        ),
        .target(
            name: "Presentation",
            dependencies: [
                "Admission",
                "DeviceChoice",
                "Explanation",
                "HintMerge",
                "JSONWriting",
                "KubeletLog",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "NUMAHintsTests",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                "Admission",
                "Explanation",
                "HintMerge",
                "JSONWriting",
                "KubernetesFormats",
                "Ledger",
                "MachineTopology",
                "NUMACore",
                "NUMAHints",
                "Presentation",
                "ProviderHost",
                "ProviderIsolation",
                "Recordings",
                "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "PresentationTests",
            dependencies: [
                "Admission",
                "DeviceChoice",
                "Explanation",
                "HintMerge",
                "JSONWriting",
                "NUMACore",
                "Presentation",
                "TestSupport",
            ]
        ),
        .testTarget(
            name: "ProviderABITests",
            dependencies: [
                "CNUMAHintsProvider",
                "NUMACore",
                "ProviderHost",
                "TestSupport",
            ]
        ),
        .target(
            name: "ProviderConformance",
            dependencies: [
                "CConformance",
                "NUMACore",
                "ProviderHost",
            ]
        ),
        .testTarget(
            name: "ProviderConformanceTests",
            dependencies: [
                "NUMACore",
                "ProviderConformance",
                "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .target(
            name: "ProviderHost",
            dependencies: [
                "BorderMemory",
                "CNUMAHintsProvider",
                "CShims",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "ProviderHostTests",
            dependencies: [
                "CNUMAHintsProvider",
                "NUMACore",
                "ProviderHost",
                "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .target(
            name: "ProviderIsolation",
            dependencies: [
                "BorderMemory",
                "CIsolation",
                "CNUMAHintsProvider",
                "CShims",
                "NUMACore",
                "ProviderHost",
                "ProviderWire",
            ]
        ),
        .testTarget(
            name: "ProviderIsolationTests",
            dependencies: [
                "Admission",
                "HintMerge",
                "Ledger",
                "NUMACore",
                "ProviderHost",
                "ProviderIsolation",
                "ProviderWire",
                "TestSupport",
            ]
        ),
        .target(
            name: "ProviderKit",
            dependencies: [
                "BorderMemory",
                "CNUMAHintsProvider",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "ProviderKitTests",
            dependencies: [
                "BorderMemory",
                "CNUMAHintsProvider",
                "NUMACore",
                "ProviderKit",
                "TestSupport",
            ]
        ),
        .target(
            name: "ProviderProjects",
            dependencies: [
                "CExamples",
                "NUMACore",
            ]
        ),
        .testTarget(
            name: "ProviderProjectsTests",
            dependencies: [
                "NUMACore",
                "ProviderProjects",
                "TestSupport",
            ]
        ),
        .target(
            name: "ProviderWire",
            dependencies: [
                "BorderMemory",
                "CNUMAHintsProvider",
            ]
        ),
        .testTarget(
            name: "ProviderWireTests",
            dependencies: [
                "BorderMemory",
                "CNUMAHintsProvider",
                "ProviderWire",
                "TestSupport",
            ]
        ),
        .target(
            name: "Recordings",
            dependencies: [
                "CArchive",
                "KubernetesFormats",
                "MachineTopology",
                "NUMACore",
                "SimulatedMachines",
                "SystemFiles",
            ]
        ),
        .testTarget(
            name: "RecordingsTests",
            dependencies: [
                "HintMerge",
                "NUMACore",
                "Recordings",
                "TestSupport",
            ]
        ),
        .target(
            name: "Service",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                "CShims",
                "JSONWriting",
                "NUMACore",
                "NUMAHints",
                "Presentation",
            ]
        ),
        .testTarget(
            name: "ServiceMetricsTests",
            dependencies: [
                "Admission",
                "Enforcement",
                "HintMerge",
                "NUMACore",
                "NUMAHints",
                "Presentation",
                "Service",
                "TestSupport",
            ]
        ),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
                "NUMACore",
                "NUMAHints",
                "Service",
                "TestSupport",
            ]
        ),
        .target(
            name: "SimulatedMachines",
            dependencies: [
                "NUMACore"
            ]
        ),
        .testTarget(
            name: "SimulatedMachinesTests",
            dependencies: [
                "NUMACore",
                "Presentation",
                "Recordings",
                "SimulatedMachines",
                "TestSupport",
            ]
        ),
        .target(name: "SystemFiles"),
        .target(
            name: "TestSupport",
            dependencies: [
                "Admission",
                "DeviceChoice",
                "HintMerge",
                "NUMACore",
                "Recordings",
            ],
            path: "Tests/TestSupport"
        ),
    ] + plugins.flatMap(\.targets),
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}
