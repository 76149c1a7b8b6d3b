/* SPDX-License-Identifier: Apache-2.0
 *
 * examples.h: the files of Examples/widget-* and the headers of the provider ABI, kept in the program.
 */
#ifndef NH_EXAMPLES_H
#define NH_EXAMPLES_H

#include <stddef.h>

/** A text file. */
typedef struct nh_example {
  const char *project; /**< "c", "rust", "swift", or "headers". */
  const char *path;    /**< Below the project's folder. */
  const char *text;    /**< Ends with a zero byte. */
} nh_example;

/** The file of that number, or NULL past the last one. */
const nh_example *nh_example_at(size_t index);

#endif
