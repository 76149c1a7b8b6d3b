/* SPDX-License-Identifier: Apache-2.0
 *
 * Making the process in which a provider runs apart from its host, and taking rights from it: what only C can do.
 */
#ifndef NUMA_HINTS_ISOLATION_H
#define NUMA_HINTS_ISOLATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** The descriptor of a child on which it hears from its host. */
enum { ISOLATION_SOCKET = 3 };

/** A process that was started. */
typedef struct {
  pid_t pid;
  int socket; /**< The host's end: SOCK_SEQPACKET. */
  int words;  /**< What it writes to standard output and error; reading it does not wait. */
} isolation_child;

/** Starts a program with descriptors 0 (nothing to read), 1 and 2 (the host reads them), 3 (the socket) and no others,
 *  no blocked signals, and this environment: 0, or the error number. `arguments` and `environment` end with NULL.
 *
 *  It is started by a thread that lasts as long as the process, since the kernel sends the signal of
 *  PR_SET_PDEATHSIG when that thread ends. */
int isolation_start(const char *_Nonnull program, char *_Nullable const *_Nonnull arguments,
                    char *_Nullable const *_Nonnull environment, isolation_child *_Nonnull child);

/** How a process ended. */
typedef struct {
  bool was_killed_here; /**< It did not end by itself in time. */
  int status;           /**< As of waitpid(2). */
} isolation_end;

/** Waits for its end, at most so long, then kills it; it is reaped. The descriptors stay open. */
isolation_end isolation_finish(const isolation_child *_Nonnull child, int milliseconds);

/** What a process is left with. */
typedef struct {
  uint64_t address_bytes;     /**< The most bytes of addresses. */
  unsigned descriptors;       /**< The most descriptors. */
  const char *_Nullable user; /**< The account whose user and groups it takes on; NULL or "": those that it has. */
  bool has_few_calls;         /**< isolation_filter() is applied. */
} isolation_rights;

/** Takes from this process what it does not need: it gains no rights by execve(2), dies with `host` (0: unless told
 *  otherwise), writes no core, and has these rights. 0, or the error number. */
int isolation_confine(pid_t host, const isolation_rights *_Nonnull rights);

/** Refuses this process the system calls that no provider needs, with EPERM: to run programs, to make processes, to
 *  signal or look into others, to reach a network, and to change mounts, namespaces, modules, clocks or the kernel's
 *  own programs. 0, or the error number; ENOSYS where the processor is not known. */
int isolation_filter(void);

#endif
