/* SPDX-License-Identifier: Apache-2.0
 *
 * The few C lines that Swift cannot write: what glibc declares only under _GNU_SOURCE, and what the
 * Glibc module of Swift leaves out.
 */
#ifndef NUMA_HINTS_SHIMS_H
#define NUMA_HINTS_SHIMS_H

#include <stdbool.h>

/** openat(2) with O_PATH, O_NOFOLLOW and O_CLOEXEC; with O_DIRECTORY if a folder is expected. */
int shim_open_path(int folder, const char *_Nonnull name, bool is_folder);

/** What keeps a file from being a shared library of this machine, or NULL if its headers are in order:
 *  the dynamic loader maps what they promise, and ends the process if the file is shorter. */
const char *_Nullable shim_library_problem(const char *_Nonnull path);

/** Whether the kernel started the process with more rights than its user has: getauxval(3), AT_SECURE. */
bool shim_has_raised_privileges(void);

/** flock(2) with LOCK_EX, waited for at most so long and in the order in which processes came: 0, ETIMEDOUT, or the
 *  error number. Where it is not 0 the file is to be closed, since the lock may still come. */
int shim_lock_exclusive(int file, unsigned milliseconds);

#endif
