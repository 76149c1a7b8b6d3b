/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "conformance.h"

#include <string.h>

bool bytes_contain(const void *bytes, size_t count, const char *text) {
  return bytes != NULL && memmem(bytes, count, text, strlen(text)) != NULL;
}
