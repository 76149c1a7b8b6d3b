// SPDX-License-Identifier: Apache-2.0
//
// For those who embed a library of ours: what Swift cannot call.
#define _GNU_SOURCE
#include "shims.h"

#include <dlfcn.h>
#include <stddef.h>
#include <sys/eventfd.h>

const char *shim_own_file(void) {
  Dl_info found;
  return dladdr((const void *)shim_own_file, &found) != 0 ? found.dli_fname : NULL;
}

int shim_event_descriptor(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void shim_event_set(int file) { (void)eventfd_write(file, 1); }

void shim_event_clear(int file) {
  eventfd_t count;
  (void)eventfd_read(file, &count);
}
