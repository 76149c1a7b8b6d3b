// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "shims.h"

#include <fcntl.h>
#include <sys/auxv.h>

int shim_open_path(int folder, const char *name, bool is_folder) {
  return openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0));
}

bool shim_has_raised_privileges(void) { return getauxval(AT_SECURE) != 0; }
