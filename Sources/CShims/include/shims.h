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

/** A file in memory that no other program sees, closed by exec(3): memfd_create(2). Negative: an error. */
int shim_memory_file(void);

/** Starts this very program once more, in a process group of its own, with nothing to read.
 *
 *  \param result the file that it finds as descriptor 3.
 *  \param output the file for what it prints and for its errors.
 *  \param process where to put its number.
 *  \param file where to put a descriptor that poll(2) finds readable once it has ended; -1 where there is none.
 *  \return 0 or the error number. */
int shim_run_again(char *_Nullable const *_Nonnull arguments, int result, int output, int *_Nonnull process,
                   int *_Nonnull file);

/** Sees to it that this process is killed when the thread ends that started it, and leaves no core file. */
void shim_be_child(void);

/** The file of the program or library that this is part of, as it was opened; NULL if that is not known. */
const char *_Nullable shim_own_file(void);

/** A file that poll(2) finds readable once it was set, until it is cleared: eventfd(2). Negative: an error. */
int shim_event_descriptor(void);
void shim_event_set(int file);
void shim_event_clear(int file);

/** Who connected to a socket of the local kind: SO_PEERCRED and SO_PEERGROUPS.
 *
 *  \param groups where to put its further groups; there is room for so many.
 *  \return how many those are, or -1. */
int shim_peer(int socket, unsigned *_Nonnull user, unsigned *_Nonnull group, int *_Nonnull process,
              unsigned *_Nullable groups, int room);

/** Connects to a socket of the local kind, and lets it go: 0 or the error number. */
int shim_connect(const char *_Nonnull path);

/** Sends a datagram to a socket of the local kind; a path that begins with @ is of no file. */
void shim_notify(const char *_Nonnull path, const char *_Nonnull state);

#endif
