// SPDX-License-Identifier: Apache-2.0
#include "examples.h"

// A feature of C23 that the compiler has in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char c_source[] = {
#embed "../../Examples/widget-c/widget.c" suffix(, 0)
};
static const char c_map[] = {
#embed "../../Examples/widget-c/widget.map" suffix(, 0)
};
static const char c_make[] = {
#embed "../../Examples/widget-c/Makefile" suffix(, 0)
};
static const char rust_cargo[] = {
#embed "../../Examples/widget-rust/Cargo.toml" suffix(, 0)
};
static const char rust_ignore[] = {
#embed "../../Examples/widget-rust/.gitignore" suffix(, 0)
};
static const char rust_abi[] = {
#embed "../../Examples/widget-rust/src/abi.rs" suffix(, 0)
};
static const char rust_books[] = {
#embed "../../Examples/widget-rust/src/books.rs" suffix(, 0)
};
static const char rust_lib[] = {
#embed "../../Examples/widget-rust/src/lib.rs" suffix(, 0)
};
static const char swift_package[] = {
#embed "../../Examples/widget-swift/Package.swift" suffix(, 0)
};
static const char swift_map[] = {
#embed "../../Examples/widget-swift/provider.map" suffix(, 0)
};
static const char swift_ignore[] = {
#embed "../../Examples/widget-swift/.gitignore" suffix(, 0)
};
static const char swift_provider[] = {
#embed "../../Examples/widget-swift/Sources/Widget/WidgetProvider.swift" suffix(, 0)
};
static const char swift_entry[] = {
#embed "../../Examples/widget-swift/Sources/WidgetPlugin/Entry.swift" suffix(, 0)
};
static const char swift_tests[] = {
#embed "../../Examples/widget-swift/Tests/WidgetTests/WidgetProviderTests.swift" suffix(, 0)
};
static const char header[] = {
#embed "../CNUMAHintsProvider/include/numa_hints_provider.h" suffix(, 0)
};
static const char books[] = {
#embed "../CNUMAHintsProvider/include/numa_hints_books.h" suffix(, 0)
};
static const char extensions[] = {
#embed "../CNUMAHintsProvider/include/numa_hints_extensions.h" suffix(, 0)
};

static const nh_example files[] = {
    {"c", "Makefile", c_make},
    {"c", "widget.c", c_source},
    {"c", "widget.map", c_map},
    {"headers", "numa_hints_books.h", books},
    {"headers", "numa_hints_extensions.h", extensions},
    {"headers", "numa_hints_provider.h", header},
    {"rust", ".gitignore", rust_ignore},
    {"rust", "Cargo.toml", rust_cargo},
    {"rust", "src/abi.rs", rust_abi},
    {"rust", "src/books.rs", rust_books},
    {"rust", "src/lib.rs", rust_lib},
    {"swift", ".gitignore", swift_ignore},
    {"swift", "Package.swift", swift_package},
    {"swift", "Sources/Widget/WidgetProvider.swift", swift_provider},
    {"swift", "Sources/WidgetPlugin/Entry.swift", swift_entry},
    {"swift", "Tests/WidgetTests/WidgetProviderTests.swift", swift_tests},
    {"swift", "provider.map", swift_map},
};

const nh_example *nh_example_at(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
