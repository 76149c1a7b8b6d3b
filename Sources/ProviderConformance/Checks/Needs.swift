// SPDX-License-Identifier: Apache-2.0

/// What whole groups of checks rest on.
enum Needs {
    static let library = ["library-loads", "library-symbol", "library-entry", "library-descriptors"]
    static let instance = library + ["create-works", "create-table", "create-claims"]
    static let instances = instance + ["create-again"]
    static let hints =
        instances + [
            "hints-records", "hints-one-answer", "hints-only-asked", "hints-order", "hints-candidates",
            "hints-capacity",
        ]
    static let pieces =
        hints + [
            "hints-again", "hints-equal-instances", "prepare-works", "prepare-no-affinity", "prepare-records",
            "prepare-amounts", "prepare-only-asked", "prepare-places",
            "prepare-once",
            "stock-records", "devices-records",
        ]
    static let changes = pieces + ["hints-change-nothing", "rollback-restores", "prepare-seen"]
    static let commits = changes + ["commit-lasts", "release-frees"]
}
